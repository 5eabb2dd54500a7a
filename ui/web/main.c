/* main.c - main as Emscripten's start code of this version calls it.
 *
 * clang 16 calls a main with arguments otherwise than Emscripten 3.1 expects. So the program's main
 * is compiled as program_main, and this one has the name that is called. */
int program_main(int count, char **words);
int entry(int count, char **words) __asm__("main");

int entry(int count, char **words) { return program_main(count, words); }
