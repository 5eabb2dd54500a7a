/* handed.h - draw_fonts_open of programs without SDL_ttf, under another name. */
#pragma once
#include "ui/draw/fonts.h"

struct draw_fonts *handed_fonts_open(int scale_percent, const char *sans_path,
                                     const char *mono_path, char *error, size_t error_size);
