/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The emulator as a process of the test's, and what it tells about the connections that it saw.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct service {
    pid_t pid;
    int output;
    char endpoint[64];
} service;

/* The program's path: the first argument of the test, unless TCSES_TEST_EMULATOR names another build of it. */
void service_set_program(int argc, char **argv);
/* Starts it with these arguments (NULL at the end) and waits until it is ready. */
void service_start(service *s, const char *const *arguments);
/* The same with TLS: DIRECTORY/NAME.pem and DIRECTORY/NAME.key. */
void service_start_tls(service *s, const char *directory, const char *name);
/* Stops it and ends the program if it did not end well. */
void service_stop(service *s);

/* How many connections carried a request of the API. */
long service_api_connections(const service *s);
/* How many requests of the API came. */
long service_api_requests(const service *s);
/* Forgets what came in up to now; connections go on being counted. */
void service_forget_requests(const service *s);
/*
 * The numbers of the connections on which requests came whose body holds `text`. Fills `numbers` up to `room`, returns how
 * many different ones there are, and how many requests in `requests`.
 */
int service_connections_of(const service *s, const char *text, long *numbers, int room, int *requests);

#endif
