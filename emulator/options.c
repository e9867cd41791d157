/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The options as one table, from which both the parser and the help are made.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"

#include <tcses/base.h>

static const char default_id[] = "AKIDEMULATOR";
static const char default_key[] = "emulator-secret-key";

enum {
    DEFAULT_DOMAINS = 10,
    DEFAULT_ADDRESSES = 10,
    MOST_OBJECTS = 1000000,
    MOST_OFFSET = 1000000000,
    /* Above any character, so that an option's value is never taken for a short one. */
    FIRST_VALUE = 256
};

struct row {
    const char *name;
    /* What stands for the value in the help; NULL for an option without one. */
    const char *value;
    const char *help;
    /* Returns NULL, or what is wrong with the value. */
    const char *(*set)(struct options *options, const char *value);
};

static const char *set_listen(struct options *options, const char *value)
{
    options->listen = value;
    return NULL;
}

static const char *set_tls_cert(struct options *options, const char *value)
{
    options->tls_cert = value;
    return NULL;
}

static const char *set_tls_key(struct options *options, const char *value)
{
    options->tls_key = value;
    return NULL;
}

static void add_secret(struct options *options, const char *id, size_t id_length, const char *key)
{
    struct secret *secret = emu_support_allocate(sizeof(*secret));
    *secret = (struct secret){emu_support_copy_bytes(id, id_length), emu_support_copy(key)};
    emu_list_append(&options->secrets, secret);
}

static const char *set_secret(struct options *options, const char *value)
{
    const char *colon = strchr(value, ':');
    if (colon == NULL || colon == value || colon[1] == '\0')
        return "it has to be ID:KEY";
    add_secret(options, value, (size_t)(colon - value), colon + 1);
    return NULL;
}

static const char *set_any_service(struct options *options, const char *value)
{
    (void)value;
    options->any_service = true;
    return NULL;
}

static const char *set_verify(struct options *options, const char *value)
{
    return emu_verify_parse(value, &options->verify) ? NULL : "it has to be after=N, with N from 1, manual or dns";
}

static const char *set_resolver(struct options *options, const char *value)
{
    struct verify_policy *verify = &options->verify;
    verify->has_resolver = emu_address_parse(value, &verify->resolver) && emu_address_port(&verify->resolver) > 0;
    return verify->has_resolver ? NULL : "it has to be an address with a port, such as 127.0.0.1:53 or [::1]:53";
}

static const char *set_match(struct options *options, const char *value)
{
    return emu_match_parse(value, &options->verify.rule) ? NULL : "it has to be literal or semantic";
}

static const char *set_clock_offset(struct options *options, const char *value)
{
    bool behind = value[0] == '-';
    json_int_t seconds = 0;
    if (!emu_text_to_number(value + (behind ? 1 : 0), MOST_OFFSET, &seconds))
        return "it has to be a number of seconds";
    options->clock_offset = behind ? -seconds : seconds;
    return NULL;
}

static const char *set_count(size_t *count, const char *value)
{
    json_int_t number = 0;
    if (!emu_text_to_number(value, MOST_OBJECTS, &number))
        return "it has to be a number up to 1000000";
    *count = (size_t)number;
    return NULL;
}

static const char *set_max_domains(struct options *options, const char *value)
{
    return set_count(&options->max_domains, value);
}

static const char *set_max_addresses(struct options *options, const char *value)
{
    return set_count(&options->max_addresses, value);
}

static const char *set_foreign_domain(struct options *options, const char *value)
{
    emu_list_append(&options->foreign_domains, emu_support_copy(value));
    return NULL;
}

static const char *set_no_delete(struct options *options, const char *value)
{
    (void)value;
    options->may_delete_domains = false;
    return NULL;
}

static const struct row rows[] = {
    {"listen", "ADDRESS:PORT", "a loopback address; port 0 takes a free one (default 127.0.0.1:0)", set_listen},
    {"tls-cert", "FILE", "serve HTTPS with this certificate chain (PEM)", set_tls_cert},
    {"tls-key", "FILE", "and this private key (PEM)", set_tls_key},
    {"secret", "ID:KEY", "accept this secret id and key; may be repeated", set_secret},
    {"any-service", NULL, "take the service's name from the credential scope, whatever it is", set_any_service},
    {"verify", "after=N|manual|dns",
        "verify a domain at its Nth submission, never by itself, or by its records in DNS (default after=1)",
        set_verify},
    {"resolver", "ADDRESS:PORT", "the server that --verify dns asks", set_resolver},
    {"match", "literal|semantic", "what --verify dns takes for right: the same text, or the same meaning (the default)",
        set_match},
    {"clock-offset", "SECONDS", "run the server's clock ahead of the machine's, or behind with a minus",
        set_clock_offset},
    {"max-domains", "N", "how many domains the account may have (default 10)", set_max_domains},
    {"max-addresses", "N", "how many sender addresses it may have in a region (default 10)", set_max_addresses},
    {"foreign-domain", "NAME", "a domain that another account has created; may be repeated", set_foreign_domain},
    {"no-delete", NULL, "refuse to delete domains, as for an account that is no enterprise", set_no_delete},
    {"help", NULL, "show this and stop", NULL},
    {"version", NULL, "show the version and stop", NULL},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void print_help(void)
{
    puts("Usage: tcses-emulator [OPTION]...\n\n"
         "A local stand-in for the sending-domain and sender-address API of Tencent Cloud SES, for tests.\n"
         "When ready it prints one line {\"endpoint\":\"http://127.0.0.1:PORT\"}; SIGTERM and SIGINT stop it.\n");
    for (size_t i = 0; i < ROWS; i++)
        printf("  --%s%s%s\n        %s\n", rows[i].name, rows[i].value != NULL ? " " : "",
            rows[i].value != NULL ? rows[i].value : "", rows[i].help);
    printf("\nWithout --secret it accepts the id %s with the key %s.\nAll ids belong to one account.\n", default_id,
        default_key);
}

static enum options_result complain(const char *text)
{
    fprintf(stderr, "tcses-emulator: %s (see --help)\n", text);
    return OPTIONS_WRONG;
}

static void fill_long_options(struct option long_options[ROWS + 1])
{
    for (size_t i = 0; i < ROWS; i++) {
        int takes_value = rows[i].value != NULL ? required_argument : no_argument;
        long_options[i] = (struct option){rows[i].name, takes_value, NULL, FIRST_VALUE + (int)i};
    }
    long_options[ROWS] = (struct option){NULL, 0, NULL, 0};
}

static enum options_result apply(struct options *options, const struct row *row, const char *value)
{
    if (strcmp(row->name, "help") == 0) {
        print_help();
        return OPTIONS_DONE;
    }
    if (strcmp(row->name, "version") == 0) {
        printf("tcses-emulator %s\n", tcses_version());
        return OPTIONS_DONE;
    }
    const char *problem = row->set(options, value);
    if (problem == NULL)
        return OPTIONS_RUN;
    char *text = emu_support_format("--%s %s: %s", row->name, value, problem);
    complain(text);
    free(text);
    return OPTIONS_WRONG;
}

/* Returns what is wrong with what the options on verification say together; NULL for nothing. */
static const char *complete_verify(struct verify_policy *verify)
{
    if (!emu_verify_asks_dns(verify))
        return verify->has_resolver || verify->rule != MATCH_UNSET ? "--resolver and --match need --verify dns" : NULL;
    if (verify->rule == MATCH_UNSET)
        verify->rule = MATCH_SEMANTIC;
    return verify->has_resolver ? NULL : "--verify dns needs --resolver";
}

static enum options_result finish(struct options *options, bool more_arguments)
{
    if (more_arguments)
        return complain("it takes options alone");
    if ((options->tls_cert == NULL) != (options->tls_key == NULL))
        return complain("--tls-cert and --tls-key go together");
    const char *problem = complete_verify(&options->verify);
    if (problem != NULL)
        return complain(problem);
    if (options->secrets.count == 0)
        add_secret(options, default_id, strlen(default_id), default_key);
    return OPTIONS_RUN;
}

enum options_result emu_options_parse(struct options *options, int argc, char **argv)
{
    struct option long_options[ROWS + 1];
    fill_long_options(long_options);
    *options = (struct options){.listen = "127.0.0.1:0",
        .max_domains = DEFAULT_DOMAINS,
        .max_addresses = DEFAULT_ADDRESSES,
        .may_delete_domains = true};
    emu_verify_parse("after=1", &options->verify);
    for (int value = getopt_long(argc, argv, "", long_options, NULL); value != -1;
         value = getopt_long(argc, argv, "", long_options, NULL)) {
        if (value < FIRST_VALUE)
            return complain("the options can't be used");
        enum options_result result = apply(options, &rows[value - FIRST_VALUE], optarg);
        if (result != OPTIONS_RUN)
            return result;
    }
    return finish(options, optind < argc);
}

static void secret_free(void *item)
{
    struct secret *secret = item;
    free(secret->id);
    free(secret->key);
    free(secret);
}

void emu_options_clear(struct options *options)
{
    emu_list_clear(&options->secrets, secret_free);
    emu_list_clear(&options->foreign_domains, free);
}
