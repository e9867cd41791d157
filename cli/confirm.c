/* SPDX-License-Identifier: Apache-2.0 */
#include "confirm.h"

#include "ask.h"
#include "failure.h"
#include "interrupt.h"
#include "screen.h"
#include "text.h"

static int ask(const char *question)
{
    if (ask_yes(question))
        return EXIT_OK;
    if (interrupt_signal() != 0)
        return EXIT_INTERRUPTED;
    return failure_own(
        EXIT_USAGE, "NotConfirmed", "", "%s", TEXT("not confirmed: nothing is changed", "未确认：未做任何更改"));
}

int confirm_creation(const cli *c, const char *question)
{
    return options_has(c->options, OPTION_YES) || !screen_is_attended() ? EXIT_OK : ask(question);
}

int confirm_deletion(const cli *c, const char *question)
{
    if (options_has(c->options, OPTION_YES))
        return EXIT_OK;
    if (!screen_is_attended())
        return failure_usage(
            "%s", TEXT("nobody can be asked here: add --yes to go on", "此处无法询问确认：如需继续请加 --yes"));
    return ask(question);
}
