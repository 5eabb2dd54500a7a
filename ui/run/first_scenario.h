/* first_scenario.h - the scenario that exifsim new writes, to begin with.
 *
 * It lints, runs and meets its expectations as it is. Lines that begin with "# " and hold a key are
 * there to be tried by removing the mark. A program has it without any file, so its run also shows
 * whether a build does what the golden fingerprints say (exifsim version --fingerprint).
 */
#pragma once

extern const char first_scenario[];
