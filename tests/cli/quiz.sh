#!/bin/sh
# quiz.sh EXIFSIM JSON - questions in the terminal, on paper, for Moodle, as JSON; statistics of answers; wrong input.
. "$(dirname "$0")/common.sh"
night=$scenarios/kb908674.ini
ask="quiz $night --type in_force -s 7 -n 3"

# --- In the terminal -----------------------------------------------------------------------------
code 0 "" "$exifsim" $ask --key
key=$(sed -n 's/^item_1 = \(.\) of.*/\1/p' out)
wrong=$(echo abcd | tr -d "$key" | cut -c1)
printf '%s\nz\n%s\nq\n' "$key" a >answers
code 0 "1. Which process is in force?" sh -c "\"$exifsim\" $ask <answers"
holds "a right answer" out "Right."
holds "what is no letter" out '"z" (expected a letter, a to d, or q)'
holds "the score" out " of 2 right"
printf '%s\n' "$wrong" >answers
code 0 "0 of 1 right" sh -c "\"$exifsim\" $ask <answers"
holds "a wrong answer" out "It is $key:"
holds "where to look" out "See it: exifsim view"

# --- Paper ---------------------------------------------------------------------------------------
code 0 "" "$exifsim" $ask --sheet -o sheet.txt
holds "a box" sheet.txt "[ ] a"
same "keys on a sheet" "$(grep -c 'item_\|visit: its last\|at home' sheet.txt)" 0
mkdir class
code 0 "" "$exifsim" $ask --key -o class/key7.ini
holds "a key" class/key7.ini "item_3 = "
code 0 "" "$exifsim" $ask --sheet -o again.txt
same "the same seed" "$(cksum <again.txt)" "$(cksum <sheet.txt)"

# --- Moodle and JSON -----------------------------------------------------------------------------
code 0 "" "$exifsim" $ask --gift -o form.gift
code 0 "::1 in_force::[plain]" cat form.gift
same "one right option a question" "$(grep -c '^	=' out)" 3
same "wrong options" "$(grep -c '^	~' out)" 9
same "colons are escaped" "$(grep -c 'force for it\\:' out)" 3
code 0 '"version": 1' "$exifsim" $ask --format json
same "a question as JSON" "$("$json" questions.0.type <out) $("$json" questions.0.key <out) $("$json" questions.# <out)" "in_force $key 3"

# --- Answers of a file ---------------------------------------------------------------------------
answer() { printf '[answers]\nwho = %s\nform = %s\nminutes = 9\nitem_1 = %s\nitem_2 = %s\nitem_3 = %s\n' "$@"; }
letter() { sed -n "s/^item_$2 = \(.\) of.*/\1/p" "class/key$1.ini"; }
answer ann 7 "$(letter 7 1)" "$(letter 7 2)" a >one.ini
code 0 "who ann, form 7" "$exifsim" $ask --answers one.ini
sed 's/form = 7/form = 8/' one.ini >bad.ini
code 2 'bad.ini:3:8: answers to form "8" (expected 7, the seed)' "$exifsim" $ask --answers bad.ini
sed 's/item_3 = ./item_3 = x/' one.ini >bad.ini
code 2 'bad.ini:7:10: "x" (expected the letter of an option, a to d)' "$exifsim" $ask --answers bad.ini
sed 's/item_3/item_4/' one.ini >bad.ini
code 2 'bad.ini:7:10: an answer to question 4 (expected at most 3)' "$exifsim" $ask --answers bad.ini
sed 's/item_3/itm_3/' one.ini >bad.ini
code 2 'bad.ini:7:1: "itm_3"' "$exifsim" $ask --answers bad.ini
code 2 "a key (expected answers in [answers])" "$exifsim" $ask --answers class/key7.ini

# --- Statistics ----------------------------------------------------------------------------------
# Forty persons, two forms. In form 7 the first twenty have items 1 and 2 right; in form 9 all have item 1, none has item 2.
sed 's/form = 7/form = 9/' class/key7.ini >class/key9.ini
other() { echo abcd | tr -d "$(letter 7 "$1")" | cut -c"$2"; }
i=0
while [ $i -lt 40 ]; do
    first=$(letter 7 1) second=$(letter 7 2)
    [ $i -lt 20 ] || { first=$(other 1 $((i % 3 + 1))); second=$(other 2 1); }
    answer p$i 7 "$first" "$second" "$(letter 7 3)" >class/b$i.ini
    answer p$i 9 "$(letter 7 1)" "$(other 2 $((i % 3 + 1)))" "$(letter 7 3)" >class/a$i.ini
    i=$((i + 1))
done
code 0 "form 7: 40 persons, median 9 min" "$exifsim" quiz --stats class
same "difficulty, Wilson's interval, discrimination" "$(grep '^   1 ' out | head -1 | awk '{ print $2, $4, $6, $8 }')" "50 35 65 1.00"
holds "an option that nobody takes" out "is hardly chosen"
holds "too easy" out "too easy before the lessons; does not discriminate"
same "gained, lost, p" "$(grep '^   1 ' out | tail -1 | awk '{ print $2, $3, $4, $5, $6 }')" "20 20 0 0 0.0000"
holds "more lose than gain" out "REPAIR: more lose than gain"
holds "persons" out "40 persons answered both"
code 0 '"gained": 20' "$exifsim" quiz --stats class --format json
same "a change as JSON" "$("$json" changes.0.items.0.gained <out)" 20
sed 's/item_1 = ./item_1 = 7/' class/b0.ini >class/bad.ini
code 2 'class/bad.ini:5:10: "7" (expected the letter of an option, a to d)' "$exifsim" quiz --stats class
rm class/bad.ini
sed 's/form = 7/form = Q/' class/b0.ini >class/bad.ini
code 2 'answers to form "Q" and no key of it' "$exifsim" quiz --stats class
printf '[key]\nform = 7\nitem_1 = b of 9\n' >class/bad.ini
code 2 'class/bad.ini:3:10: "b of 9" (expected a letter and the number of options: b of 4)' "$exifsim" quiz --stats class
mkdir empty
code 2 "empty holds no answers" "$exifsim" quiz --stats empty
code 2 "cannot read the folder nowhere" "$exifsim" quiz --stats nowhere

# --- Wrong input ---------------------------------------------------------------------------------
code 2 'did you mean "in_force"?' "$exifsim" quiz "$night" --type inforce
code 2 "quiz needs at least one scenario" "$exifsim" quiz
echo "no scenario" >text.ini
code 2 "text.ini:1:" "$exifsim" quiz text.ini --type in_force
code 2 "only sweeps" "$exifsim" quiz "$scenarios/load_curve.ini"
code 2 "both --gift and --sheet" "$exifsim" quiz "$night" --gift --sheet
code 2 '(expected human or json: quiz has no cases)' "$exifsim" quiz "$night" --format tap
code 1 "no question of type in_force in these runs" "$exifsim" quiz "$night" --set scenario.duration='1 s' --type in_force -s 1

# --- Orders --------------------------------------------------------------------------------------
# A path longer than a line of the key: the command in it is a line all the same.
deep=a_folder_whose_name_is_as_long_as_a_folder_name_may_well_be/and_another_one_in_it_as_long
mkdir -p "$deep"
cp "$scenarios"/orders/apc_attach* "$scenarios"/orders/*.h "$deep"
story=$deep/apc_attach.ini
code 4 "no further question of type orders" "$exifsim" quiz "$story" --type orders -n 4 -s 1 --key
holds "one pre-emption is enough" out "One goes wrong with 1 pre-emption: STOP 0x00000005 in apc_attach!VisitsSystem"
holds "less is not" out "runs with so few pre-emptions were made, and end well. With"
see=$(sed -n 's/^#   exifsim \(run .*--surprises.*\)/\1/p' out | head -1)
code 1 "STOP 0x00000005" "$exifsim" $see
code 0 "All 6 orders there are" "$exifsim" quiz "$scenarios/orders/apc_attach_mended.ini" --type orders -n 1 -s 1 --key
code 1 "no question of type orders in these runs" "$exifsim" quiz "$night" --type orders -n 1 -s 1

# --- Cures ---------------------------------------------------------------------------------------
code 0 "was tried in 8 runs of this night, seeds" "$exifsim" quiz "$night" --type fix -n 1 -s 4 --sheet
code 1 "no question of type fix in these runs" "$exifsim" quiz "$scenarios/calm_day.ini" --type fix -n 1 -s 4
finish
