/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "commands.h"
#include "failure.h"
#include "help.h"
#include "interrupt.h"
#include "session.h"
#include "text.h"

/* What nobody can read is not done; what was changed is. */
static int finish(int code, bool has_changed)
{
    int32_t outcome = has_changed            ? TCSES_OUTCOME_DONE
                      : code == EXIT_UNKNOWN ? TCSES_OUTCOME_UNKNOWN
                                             : TCSES_OUTCOME_NOT_DONE;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    return failure_of_output(outcome, TEXT("standard output can't be written", "无法写入标准输出"));
}

static int run_command(const options *o)
{
    cli c = {.options = o, .call = TCSES_CALL_OPTIONS_INIT};
    if (!interrupt_set_up())
        return failure_memory();
    int code = o->command->run(&c);
    int number = interrupt_signal();
    /* What the service did before a second look at it was interrupted is told by its own code. */
    if (number != 0 && (code == EXIT_INTERRUPTED || code == EXIT_NOT_READY))
        code = 128 + number;
    bool has_changed = c.has_changed;
    session_close(&c);
    return finish(code, has_changed);
}

static int show_help(const options *o)
{
    if (o->command != NULL)
        help_show_command(o->command);
    else
        help_show(options_has(o, OPTION_HELP) ? stdout : stderr);
    return finish(options_has(o, OPTION_HELP) ? EXIT_OK : EXIT_USAGE, false);
}

static int run(const options *o)
{
    if (options_has(o, OPTION_VERSION)) {
        printf("tcses %s\n", tcses_version());
        return finish(EXIT_OK, false);
    }
    return o->command != NULL && !options_has(o, OPTION_HELP) ? run_command(o) : show_help(o);
}

int main(int argc, char **argv)
{
    options o;
    text_set_up();
    int code = options_read(&o, argc, argv) ? run(&o) : EXIT_USAGE;
    options_free(&o);
    return code;
}
