#!/usr/bin/env python3
"""Draws the README's picture: reads a report of `exifsim run --color always` on stdin, writes an SVG.

    build/exifsim run scenarios/kb908674.ini --color always | docs/picture.py > docs/kb908674.svg
"""
import html
import re
import sys

ADVANCE, LINE, SIZE, MARGIN, COLUMNS = 7.23, 16, 12, 14, 121
BLUE, INK, PAPER = "#0000a8", "#d7dae0", "#14161b"


def wanted(lines):
    """Everything up to the end of the stack; the README tells the rest."""
    for line in lines:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line.rstrip("\n"))
        if plain.startswith("STACK_COMMAND"):
            return
        if not re.fullmatch(r"\*[* ]*(Bugcheck Analysis *)?\*", plain):
            yield "\x1b[44" in line, plain


def main():
    rows = [(blue, text[:COLUMNS]) for blue, text in wanted(sys.stdin)]
    width, height = 2 * MARGIN + COLUMNS * ADVANCE, 2 * MARGIN + len(rows) * LINE
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}">',
           f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>']
    for number, (blue, text) in enumerate(rows):
        top = MARGIN + number * LINE
        if blue:
            out.append(f'<rect x="{MARGIN}" y="{top}" width="{80 * ADVANCE:.1f}" height="{LINE + 0.5}" fill="{BLUE}"/>')
        if text.strip():
            ink = "#ffffff" if blue else INK
            out.append(f'<text x="{MARGIN}" y="{top + 12}" fill="{ink}" xml:space="preserve" '
                       f'textLength="{len(text) * ADVANCE:.1f}">{html.escape(text)}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
