/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define ARGUMENTS_MAX 16

static const char *program;

void service_set_program(int argc, char **argv)
{
    program = argc > 1 ? argv[1] : NULL;
    if (getenv("TCSES_TEST_EMULATOR") != NULL) {
        program = getenv("TCSES_TEST_EMULATOR");
        /* It would make that program load the library of this build. */
        unsetenv("LD_LIBRARY_PATH");
    }
    if (program == NULL || access(program, X_OK) != 0)
        die("usage: %s PATH-OF-TCSES-EMULATOR", argv[0]);
}

/* The emulator ends with this program, even if that is killed. */
static void spawn(service *s, const char *const *arguments, int output)
{
    char *words[ARGUMENTS_MAX + 2] = {(char *)(uintptr_t)program};
    for (int i = 0; i < ARGUMENTS_MAX && arguments != NULL && arguments[i] != NULL; i++)
        words[i + 1] = (char *)(uintptr_t)arguments[i];
    s->pid = fork();
    if (s->pid < 0)
        die("fork: %s", strerror(errno));
    if (s->pid > 0)
        return;
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && dup2(output, STDOUT_FILENO) == STDOUT_FILENO)
        execv(program, words);
    _exit(127);
}

/* {"endpoint":"http://127.0.0.1:PORT"} */
static void read_endpoint(service *s)
{
    char line[128];
    size_t length = 0;
    do {
        ssize_t count = read(s->output, line + length, sizeof line - 1 - length);
        if (count <= 0)
            die("the emulator ended before it was ready");
        length += (size_t)count;
    } while (line[length - 1] != '\n');
    line[length] = '\0';
    if (sscanf(line, "{\"endpoint\":\"%63[^\"]\"}", s->endpoint) != 1)
        die("the emulator said: %s", line);
}

void service_start(service *s, const char *const *arguments)
{
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        die("no pipe: %s", strerror(errno));
    spawn(s, arguments, pipe_ends[1]);
    close(pipe_ends[1]);
    s->output = pipe_ends[0];
    read_endpoint(s);
}

void service_start_tls(service *s, const char *directory, const char *name)
{
    char *certificate = format_text("%s/%s.pem", directory, name);
    char *key = format_text("%s/%s.key", directory, name);
    const char *const arguments[] = {"--tls-cert", certificate, "--tls-key", key, NULL};
    service_start(s, arguments);
    free(certificate);
    free(key);
}

void service_stop(service *s)
{
    int status = 0;
    kill(s->pid, SIGTERM);
    if (waitpid(s->pid, &status, 0) != s->pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        die("the emulator ended with %d", status);
    close(s->output);
}

/* ---- what it tells ---- */

typedef struct answer_text {
    char *data;
    size_t length;
} answer_text;

static size_t take(char *data, size_t size, size_t count, void *ctx)
{
    answer_text *t = ctx;
    size_t more = size * count;
    t->data = realloc(t->data, t->length + more + 1);
    if (t->data == NULL)
        die("out of memory");
    memcpy(t->data + t->length, data, more);
    t->length += more;
    t->data[t->length] = '\0';
    return more;
}

static json_t *ask(const service *s, const char *method, const char *path)
{
    answer_text answer = {NULL, 0};
    CURL *easy = curl_easy_init();
    char *url = format_text("%s/_emulator/%s", s->endpoint, path);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    CURLcode code = curl_easy_perform(easy);
    json_t *document = code == CURLE_OK ? json_loads(answer.data, 0, NULL) : NULL;
    if (document == NULL)
        die("%s: %s", url, curl_easy_strerror(code));
    curl_easy_cleanup(easy);
    free(answer.data);
    free(url);
    return document;
}

static long ask_number(const service *s, const char *name)
{
    json_t *document = ask(s, "GET", "stats");
    const json_t *number = json_object_get(document, name);
    if (!json_is_integer(number))
        die("the emulator's stats have no %s", name);
    long value = (long)json_integer_value(number);
    json_decref(document);
    return value;
}

long service_api_connections(const service *s)
{
    return ask_number(s, "api_connections");
}

long service_api_requests(const service *s)
{
    return ask_number(s, "requests");
}

void service_forget_requests(const service *s)
{
    json_decref(ask(s, "DELETE", "requests"));
}

static bool add_number(long *numbers, int count, long number)
{
    for (int i = 0; i < count; i++) {
        if (numbers[i] == number)
            return false;
    }
    numbers[count] = number;
    return true;
}

int service_connections_of(const service *s, const char *text, long *numbers, int room, int *requests)
{
    int count = 0;
    size_t index = 0;
    json_t *entry = NULL;
    json_t *document = ask(s, "GET", "requests");
    *requests = 0;
    json_array_foreach(json_object_get(document, "requests"), index, entry)
    {
        const char *body = json_string_value(json_object_get(entry, "body"));
        if (body == NULL || strstr(body, text) == NULL)
            continue;
        ++*requests;
        if (count < room && add_number(numbers, count, (long)json_integer_value(json_object_get(entry, "connection"))))
            count++;
    }
    json_decref(document);
    return count;
}
