/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the library leaves alone in the process that it is part of: signals, descriptors of programs started later, locale.
 * The second argument is the directory of certificates, if there is one.
 *
 * The program has functions of its own that libcurl gets too: a getaddrinfo() in which descriptors are looked at, and a
 * send() that can raise SIGPIPE, as writing to a TLS connection does with some versions of libcurl.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/server.h"
#include "support/service.h"
#include "support/support.h"
#include "support/tunnel.h"

#define NAME "mail.example.com"

static const char *certificates;

/* ---- descriptors ---- */

static atomic_int looks;
static atomic_int inheritable;
static char kept_open[256]; /* whether a descriptor was there when the program started */

static void note_first_descriptors(void)
{
    for (int fd = 0; fd < (int)sizeof kept_open; fd++)
        kept_open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* libcurl wakes its own thread up through these; it has no way to make them close on exec (curl issue 13618). */
static bool is_wake_up(int fd, const char *target)
{
    int domain = 0;
    socklen_t length = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0)
        return domain == AF_UNIX;
    return strncmp(target, "pipe:", 5) == 0 || strcmp(target, "anon_inode:[eventfd]") == 0;
}

static void look_at_descriptor(int directory, const char *name)
{
    char target[256];
    int fd = atoi(name);
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || (fd < (int)sizeof kept_open && kept_open[fd]))
        return;
    ssize_t length = readlinkat(directory, name, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    if (is_wake_up(fd, target))
        return;
    fprintf(stderr, "descriptor %d would be inherited: %s\n", fd, target);
    atomic_fetch_add(&inheritable, 1);
}

/* Counts the descriptors that a program started now would get, but for those that this one was started with. */
static void look_at_descriptors(void)
{
    DIR *list = opendir("/proc/self/fd");
    if (list == NULL)
        die("/proc/self/fd cannot be read");
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (entry->d_name[0] != '.')
            look_at_descriptor(dirfd(list), entry->d_name);
    }
    closedir(list);
    atomic_fetch_add(&looks, 1);
}

int getaddrinfo(const char *node, const char *service_name, const struct addrinfo *hints, struct addrinfo **found)
{
    typedef int (*real_fn)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    union {
        void *address;
        real_fn call;
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    if (node == NULL || strcmp(node, "here.test") != 0)
        return real.call(node, service_name, hints, found);
    look_at_descriptors();
    return real.call("127.0.0.1", service_name, hints, found);
}

static void look_and_answer(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL) {
        look_at_descriptors();
        connection_answer(c, "200 OK", NULL, domain_answer);
    }
}

/* While a name is resolved, while an answer is awaited, and when all is done. */
static void test_process__descriptors_are_not_inherited(void **state)
{
    (void)state;
    atomic_store(&looks, 0);
    atomic_store(&inheritable, 0);
    server *s = server_start(look_and_answer, NULL);
    char *url = format_text("http://here.test:%d", server_port(s));
    tcses_client_options options = options_for(url);
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    expect_success(create_domain(client, NAME, NULL));
    look_at_descriptors();
    assert_in_range(atomic_load(&looks), 4, 100);
    assert_int_equal(atomic_load(&inheritable), 0);
    tcses_client_free(client);
    server_stop(s);
    free(url);
}

static void test_process__descriptors_of_tls_are_not_inherited(void **state)
{
    (void)state;
    service s;
    if (certificates == NULL)
        skip();
    atomic_store(&inheritable, 0);
    service_start_tls(&s, certificates, "good");
    char *ca_file = format_text("%s/ca.pem", certificates);
    tcses_client_options options = options_for(s.endpoint);
    options.ca_file = ca_file;
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    look_at_descriptors();
    assert_int_equal(atomic_load(&inheritable), 0);
    tcses_client_free(client);
    service_stop(&s);
    free(ca_file);
}

static int descriptors_now(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void answer_all(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

static void test_process__freed_client_leaves_no_descriptor(void **state)
{
    (void)state;
    int before = descriptors_now();
    for (int i = 0; i < 10; i++) {
        server *s = server_start(answer_all, NULL);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        expect_success(read_domain(client, NAME, NULL));
        assert_true(descriptors_now() > before);
        tcses_client_free(client);
        server_stop(s);
    }
    assert_int_equal(descriptors_now(), before);
}

/* ---- SIGPIPE ---- */

static atomic_bool send_may_signal;

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    typedef ssize_t (*real_fn)(int, const void *, size_t, int);
    union {
        void *address;
        real_fn call;
    } real = {dlsym(RTLD_NEXT, "send")};
    return real.call(fd, data, length, atomic_load(&send_may_signal) ? flags & ~MSG_NOSIGNAL : flags);
}

/* Runs it in a child, where SIGPIPE kills. The servers stay in the parent. */
static void check_survives(bool (*act)(const tcses_client_options *options), const tcses_client_options *options)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        atomic_store(&send_may_signal, true);
        _exit(act(options) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        print_error("the child was ended by signal %d\n", WTERMSIG(status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void read_some_and_reset(connection *c, void *ctx)
{
    char room[65536];
    (void)ctx;
    if (recv(connection_fd(c), room, sizeof room, MSG_WAITALL) != (ssize_t)sizeof room)
        die("less came than was sent");
    /* Its close is seen before the reset is: the peer's next write is then one to a closed pipe. */
    shutdown(connection_fd(c), SHUT_WR);
    connection_reset_at_close(c);
}

static bool send_much(const tcses_client_options *options)
{
    bool failed = true;
    tcses_client *client = client_for(options);
    for (int i = 0; i < 20; i++) {
        result r = create_large(client, 8 << 20, NULL);
        failed = failed && r.status == TCSES_ERR_NETWORK && tcses_error_outcome(r.error) == TCSES_OUTCOME_UNKNOWN;
        result_free(&r);
    }
    tcses_client_free(client);
    return failed;
}

static void test_process__sending_to_a_closed_connection_raises_nothing(void **state)
{
    (void)state;
    server *s = server_start(read_some_and_reset, NULL);
    tcses_client_options options = options_for(server_url(s));
    check_survives(send_much, &options);
    server_stop(s);
}

/* A tunnel that is cut when the test says so. */
typedef struct cut {
    int stop;   /* an eventfd */
    int closed; /* an eventfd */
} cut;

static cut the_cut;

static void tunnel_until_cut(connection *c, void *ctx)
{
    (void)ctx;
    tunnel_serve(c, the_cut.stop);
    shutdown(connection_fd(c), SHUT_WR);
    connection_reset_at_close(c);
    connection_close(c);
    eventfd_write(the_cut.closed, 1);
}

static bool close_after_cut(const tcses_client_options *options)
{
    eventfd_t value = 0;
    tcses_client *client = client_for(options);
    result r = create_domain(client, NAME, NULL);
    bool right = r.status == TCSES_OK;
    result_free(&r);
    right = right && eventfd_write(the_cut.stop, 1) == 0 && eventfd_read(the_cut.closed, &value) == 0;
    tcses_client_free(client);
    return right;
}

/* With TLS a close sends some bytes too. */
static void test_process__closing_a_dead_tls_connection_raises_nothing(void **state)
{
    (void)state;
    service s;
    if (certificates == NULL)
        skip();
    the_cut = (cut){eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC)};
    service_start_tls(&s, certificates, "good");
    server *proxy = server_start(tunnel_until_cut, NULL);
    char *ca_file = format_text("%s/ca.pem", certificates);
    tcses_client_options options = options_for(s.endpoint);
    options.ca_file = ca_file;
    options.proxy = server_url(proxy);
    check_survives(close_after_cut, &options);
    server_stop(proxy);
    service_stop(&s);
    close(the_cut.stop);
    close(the_cut.closed);
    free(ca_file);
}

static bool has_signal(int (*question)(sigset_t *), int number)
{
    sigset_t set;
    sigemptyset(&set);
    question(&set);
    return sigismember(&set, number) == 1;
}

static int blocked_signals(sigset_t *set)
{
    return pthread_sigmask(SIG_BLOCK, NULL, set);
}

static bool keep_signals(const tcses_client_options *options)
{
    struct sigaction action;
    sigset_t pipe_alone;
    tcses_client *client = client_for(options);
    result r = read_domain(client, NAME, NULL);
    bool right = r.status == TCSES_OK && !has_signal(blocked_signals, SIGPIPE);
    right = right && sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
    /* One that the program itself has blocked and not yet taken stays. */
    sigemptyset(&pipe_alone);
    sigaddset(&pipe_alone, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_alone, NULL);
    raise(SIGPIPE);
    r = read_domain(client, NAME, NULL);
    right = right && r.status == TCSES_OK && has_signal(sigpending, SIGPIPE) && has_signal(blocked_signals, SIGPIPE);
    tcses_client_free(client);
    return right && has_signal(sigpending, SIGPIPE);
}

static void test_process__signals_stay_as_they_are(void **state)
{
    (void)state;
    server *s = server_start(answer_all, NULL);
    tcses_client_options options = options_for(server_url(s));
    check_survives(keep_signals, &options);
    server_stop(s);
}

/* ---- numbers and locale ---- */

static const char numbers_answer[] =
    "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"mail.example.com\",\"IdentityType\":\"DOMAIN\","
    "\"SendingEnabled\":true,\"CurrentReputationLevel\":3,\"DailyQuota\":1000000,\"Ratio\":0.25}],"
    "\"MaxReputationLevel\":5,\"MaxDailyQuota\":\"1234567\",\"Average\":1.5e3,\"Total\":1,\"RequestId\":\"r-1\"}}";

static void answer_with_numbers(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", "X-Version: 1.5\r\n", numbers_answer);
}

static void check_numbers(tcses_client *client, server *s)
{
    static const char body[] = "{\"Share\":0.25,\"Name\":\"1,5\"}";
    const tcses_list_email_identities_response *list = NULL;
    const tcses_call_response *response = NULL;
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    tcses_call_request any = TCSES_CALL_REQUEST_INIT;
    int seen = server_requests(s, NULL);
    request.limit = 100;
    assert_int_equal(tcses_list_email_identities(client, &request, NULL, &list, NULL), TCSES_OK);
    assert_string_equal(server_request(s, seen)->body, "{\"Limit\":100}");
    assert_int_equal(*list->max_daily_quota, 1234567);
    assert_int_equal(*list->email_identities[0]->daily_quota, 1000000);
    any.action = "GetStatisticsReport";
    any.body = body;
    any.body_length = sizeof body - 1;
    assert_int_equal(tcses_call(client, &any, NULL, &response, NULL), TCSES_OK);
    assert_string_equal(server_request(s, seen + 1)->body, body);
    assert_string_equal(response->raw_json, numbers_answer);
    tcses_list_email_identities_response_free(list);
    tcses_call_response_free(response);
}

static void test_process__numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    server *s = server_start(answer_with_numbers, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    check_numbers(client, s);
    /* The program changes its locale: for all, then for this thread. */
    char *before = strdup(setlocale(LC_ALL, NULL));
    assert_non_null(setlocale(LC_ALL, "C"));
    check_numbers(client, s);
    assert_non_null(setlocale(LC_ALL, before));
    check_numbers(client, s);
    locale_t own = newlocale(LC_ALL_MASK, "", (locale_t)0);
    assert_true(own != (locale_t)0);
    locale_t old = uselocale(own);
    check_numbers(client, s);
    assert_true(uselocale(old) == own);
    assert_string_equal(setlocale(LC_ALL, NULL), before);
    freelocale(own);
    free(before);
    tcses_client_free(client);
    server_stop(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process__descriptors_are_not_inherited),
        cmocka_unit_test(test_process__descriptors_of_tls_are_not_inherited),
        cmocka_unit_test(test_process__freed_client_leaves_no_descriptor),
        cmocka_unit_test(test_process__sending_to_a_closed_connection_raises_nothing),
        cmocka_unit_test(test_process__closing_a_dead_tls_connection_raises_nothing),
        cmocka_unit_test(test_process__signals_stay_as_they_are),
        cmocka_unit_test(test_process__numbers_do_not_depend_on_the_locale),
    };
    note_first_descriptors();
    service_set_program(argc, argv);
    certificates = argc > 2 && access(argv[2], R_OK) == 0 ? argv[2] : NULL;
    return RUN_TESTS(tests);
}
