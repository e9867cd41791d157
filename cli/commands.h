/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli.h"

/* One command: all that the command line, the help and the dispatch need to know of it. */
struct command {
    const char *name;     /* "domain create" */
    const char *operands; /* as the help shows them */
    size_t operands_least;
    size_t operands_most;
    uint64_t options; /* beside the global ones */
    int (*run)(cli *c);
    const char *english; /* in a line */
    const char *chinese;
    const char *more_english; /* in a few sentences; NULL: none */
    const char *more_chinese;
    const char *example; /* command lines, one a line */
};

extern const command commands[];
extern const size_t commands_count;

/* Takes the command's words off the operands. False, and reported, if there is no such command; no words: no command. */
bool commands_find(options *o);

int status_run(cli *c);
int configure_run(cli *c);
int domain_create_run(cli *c);
int domain_list_run(cli *c);
int domain_show_run(cli *c);
int domain_verify_run(cli *c);
int domain_delete_run(cli *c);
int address_create_run(cli *c);
int address_list_run(cli *c);
int address_delete_run(cli *c);
int address_password_run(cli *c);
int unsubscribe_set_run(cli *c);
int unsubscribe_list_run(cli *c);
int unsubscribe_delete_run(cli *c);
int call_run(cli *c);
int domain_records_run(cli *c);
int domain_doctor_run(cli *c);
int domain_check_run(cli *c);
int domain_watch_run(cli *c);
int domain_spf_merge_run(cli *c);
int domain_dkim_run(cli *c);
int onboard_run(cli *c);
int export_run(cli *c);

#endif
