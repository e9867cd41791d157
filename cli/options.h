/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every option of every command. The first group belongs to all of them. */
typedef enum option_id {
    OPTION_ENDPOINT,
    OPTION_REGION,
    OPTION_PROFILE,
    OPTION_LANGUAGE,
    OPTION_OUTPUT,
    OPTION_TIMEOUT,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_VERBOSE,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_DKIM,
    OPTION_TAG,
    OPTION_WAIT,
    OPTION_DEADLINE,
    OPTION_FORCE,
    OPTION_NAME,
    OPTION_DOMAIN,
    OPTION_ALL_REGIONS,
    OPTION_GENERATE,
    OPTION_OFF,
    OPTION_SERVICE,
    OPTION_API_VERSION,
    OPTION_FORMAT,
    OPTION_FOR,
    OPTION_ZONE,
    OPTION_EXPECTED,
    OPTION_RESOLVER,
    OPTION_AT,
    OPTION_COMPARE,
    OPTION_ALL,
    OPTION_QUIET,
    OPTION_ACCEPT,
    OPTION_EVERY,
    OPTION_ON_CHANGE,
    OPTION_RECORD,
    OPTION_ADDRESS,
    OPTION_FILE,
    OPTION_TO,
    OPTIONS_COUNT
} option_id;

#define OPTION_BIT(id) (UINT64_C(1) << (id))
#define OPTIONS_GLOBAL (OPTION_BIT(OPTION_DKIM) - 1)

typedef struct option_about {
    const char *name;
    const char *value; /* what stands for its value in help; NULL: it takes none */
    const char *english;
    const char *chinese;
} option_about;
extern const option_about options_about[OPTIONS_COUNT];

typedef struct command command;

/* An option as it stood on the command line. */
typedef struct option_use {
    option_id id;
    const char *value;
} option_use;

typedef struct options {
    const command *command; /* NULL: none was named */
    char **operands;
    size_t operands_count;
    uint64_t given;                    /* OPTION_BIT() of those that stood there */
    const char *values[OPTIONS_COUNT]; /* the last of each */
    option_use *uses;                  /* all of them, in their order */
    size_t uses_count;
    bool is_json;
    int verbosity;
    int32_t timeout_ms;  /* 0: the default */
    int64_t deadline_ms; /* two hours unless told otherwise */
    int64_t every_ms;    /* 0: the default */
    int32_t dkim;        /* one of the TCSES_DKIM_ constants */
} options;

/* Reads the command line. What is wrong is reported, and false returned. */
bool options_read(options *o, int argc, char **argv);
void options_free(options *o);

bool options_has(const options *o, option_id id);

/* The values of an option that may be repeated: the n-th, from 0 on; NULL if there are fewer. */
const char *options_nth(const options *o, option_id id, size_t n);
size_t options_count(const options *o, option_id id);

/* "90s", "5m", "2h", "1h30m", "250ms" in milliseconds; false if it is none, or over a year. */
bool options_read_duration(const char *text, int64_t *milliseconds);

#endif
