#include "api/page_routes.h"

#include "api/status_page.h"

#include <stdio.h>

/*
 * The script and the style of the page and nothing else run, and the page talks to where it came
 * from alone: should a name from outside ever get into it as markup, nothing comes of it. No other
 * site may show it in a frame; old browsers are told that in their own way.
 */
void page_read(struct call *call)
{
    char policy[512];

    snprintf(policy, sizeof(policy),
        "default-src 'none'; script-src %s; style-src %s; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        status_page_script_source, status_page_style_source);
    call_add_header(call, "Content-Security-Policy", policy);
    call_add_header(call, "X-Frame-Options", "DENY");
    call_add_header(call, "X-Content-Type-Options", "nosniff");
    call_add_header(call, "Referrer-Policy", "no-referrer");
    call_answer_text(call, 200, "text/html; charset=utf-8", status_page_html);
}
