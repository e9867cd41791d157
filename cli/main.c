/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "commands.h"
#include "failure.h"
#include "help.h"
#include "interrupt.h"
#include "session.h"
#include "text.h"

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
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    failure_own(has_changed ? EXIT_UNKNOWN : EXIT_NETWORK, "Output", "", "%s",
        TEXT("standard output can't be written", "无法写入标准输出"));
    return has_changed ? EXIT_UNKNOWN : EXIT_NETWORK;
}

static int run(const options *o)
{
    if (options_has(o, OPTION_VERSION)) {
        printf("tcses %s\n", tcses_version());
        return EXIT_OK;
    }
    if (o->command != NULL && !options_has(o, OPTION_HELP))
        return run_command(o);
    if (o->command != NULL)
        help_show_command(o->command);
    else if (options_has(o, OPTION_HELP))
        help_show(stdout);
    else
        help_show(stderr);
    return o->command != NULL || options_has(o, OPTION_HELP) ? EXIT_OK : EXIT_USAGE;
}

int main(int argc, char **argv)
{
    options o;
    text_set_up();
    int code = options_read(&o, argc, argv) ? run(&o) : EXIT_USAGE;
    options_free(&o);
    return code;
}
