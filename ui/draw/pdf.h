/* pdf.h - writes draw lists as pages of a PDF, for paper: shapes stay shapes, texts stay texts in
 * embedded fonts.
 *
 *     struct draw_pdf *pdf = draw_pdf_open(file, 595, 842);       // A4 in points
 *     draw_pdf_place(pdf, list, fonts, NULL, 40, 60, 0.4);        // any number on a page
 *     draw_pdf_next(pdf);
 *     if (!draw_pdf_close(pdf)) ...                               // it could not be written
 *
 * The same lists give the same bytes: the file bears no time.
 */
#pragma once
#include "ui/draw/draw.h"

struct draw_pdf;

/* Begins a document with pages of this size in points (1/72 inch). The file stays the caller's.
 * NULL: no memory. */
struct draw_pdf *draw_pdf_open(FILE *file, double width, double height);

/* Draws a part of a list (NULL: all of it) with its top left corner at x, y (points) and so many
 * points a pixel. */
void draw_pdf_place(struct draw_pdf *pdf, const struct draw_list *list,
                    const struct draw_fonts *fonts, const struct draw_box *part, double x, double y,
                    double scale);
/* Ends the page. */
void draw_pdf_next(struct draw_pdf *pdf);

/* Ends the document and frees it. False: it could not be written. */
bool draw_pdf_close(struct draw_pdf *pdf);
