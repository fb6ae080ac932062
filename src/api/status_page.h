/*
 * The status page as status_page.html has it, which scripts/embed_page.py makes data of when the
 * program is built.
 */
#pragma once

/* UTF-8. */
extern const char status_page_html[];

/* The sources of its script and its style in a Content-Security-Policy: 'sha256-…', each with
 * quotes. */
extern const char status_page_script_source[];
extern const char status_page_style_source[];
