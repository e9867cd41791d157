/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * bare REQUEST-FILE URL TIMES: the least that a client in C can do. One easy handle, all that never changes set once,
 * sends the bytes that the library sends (as `ours record` wrote them down) and throws the answer away.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

static size_t throw_away(char *data, size_t size, size_t count, void *ctx)
{
    (void)data;
    (void)ctx;
    return size * count;
}

static bool send_once(void *ctx)
{
    long status = 0;
    CURLcode code = curl_easy_perform(ctx);
    curl_easy_getinfo(ctx, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        measure_die(curl_easy_strerror(code));
    return status == 200;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        measure_die("Usage: bare REQUEST-FILE URL TIMES");
    size_t length = 0;
    char *text = measure_read(argv[1], &length);
    char *body = strstr(text, "\n\n");
    if (body == NULL)
        measure_die("the request has no body");
    body[1] = '\0';
    body += 2;
    struct curl_slist *headers = NULL;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        headers = curl_slist_append(headers, line);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, argv[2]);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
    int result = measure_loop(send_once, easy, (size_t)strtoul(argv[3], NULL, 10));
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    free(text);
    return result;
}
