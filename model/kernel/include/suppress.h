/* suppress.h - words that quiet warnings of static analysers: nothing, to a compiler. */
#pragma once
