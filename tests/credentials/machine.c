/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scene.h"

#define STS_URL "https://sts.tencentcloudapi.com"

/* A thread of libcurl's may still look at them when the next test sets them. */
static atomic_int name_is;
static atomic_int metadata_port;
static event resolver_released = EVENT_INIT;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    typedef int (*real_fn)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    union {
        void *address;
        real_fn call;
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    char port[16];
    if (node == NULL || strcmp(node, METADATA_HOST) != 0)
        return real.call(node, service, hints, found);
    int is = atomic_load(&name_is);
    if (is == NAME_HANGS)
        event_await(&resolver_released, 1);
    if (is != NAME_LEADS_TO_PORT)
        return EAI_NONAME;
    snprintf(port, sizeof port, "%d", atomic_load(&metadata_port));
    return real.call("127.0.0.1", port, hints, found);
}

void machine_lead_name(machine_name is, int port)
{
    atomic_store(&metadata_port, port);
    atomic_store(&name_is, (int)is);
}

void machine_release_resolver(void)
{
    event_raise(&resolver_released);
}

/* ---- STS ---- */

static tcses_status answer_for_sts(const tcses_http_request *request, tcses_http_response *response)
{
    const char *authorization = tcses_http_request_header(request, "Authorization");
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    char *key = key_of("AKIDpod1");
    char *token = token_of("AKIDpod1");
    if (authorization == NULL || strcmp(authorization, "SKIP") != 0 || action == NULL ||
        strcmp(action, "AssumeRoleWithWebIdentity") != 0)
        die("STS was asked for %s", action);
    char *text = format_text("{\"Response\":{\"Credentials\":{\"Token\":\"%s\",\"TmpSecretId\":\"AKIDpod1\","
                             "\"TmpSecretKey\":\"%s\"},\"ExpiredTime\":%lld,\"RequestId\":\"sts-granted\"}}",
        token, key, (long long)true_wall_seconds() + LIFE);
    tcses_http_response_set_stage(response, TCSES_STAGE_ANSWERED);
    tcses_http_response_set_status(response, 200);
    tcses_status status = tcses_http_response_append_body(response, text, strlen(text));
    free(text);
    free(token);
    free(key);
    return status;
}

static tcses_status perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    sts_road *road = ctx;
    bool is_metadata = strstr(tcses_http_request_url(request), METADATA_HOST) != NULL;
    if (is_metadata != (tcses_http_request_is_direct(request) == 1))
        die("%s may go through a proxy, or must not", tcses_http_request_url(request));
    if (strncmp(tcses_http_request_url(request), STS_URL, strlen(STS_URL)) != 0)
        return tcses_transport_perform(road->inner, request, response);
    road->questions++;
    return answer_for_sts(request, response);
}

/* ---- a machine ---- */

static tcses_client *client_on_road(const stand_in *ses, sts_road *road)
{
    tcses_client_options options = rig_options(ses);
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = perform;
    assert_int_equal(tcses_transport_new_curl(NULL, NULL, &road->inner, NULL), TCSES_OK);
    assert_int_equal(tcses_transport_new(&ops, road, NULL, &options.transport, NULL), TCSES_OK);
    tcses_client *client = client_of(&options, NULL);
    tcses_transport_unref(options.transport);
    return client;
}

void machine_open(machine *m)
{
    /* Of a machine that has one, nothing can be said. */
    if (access("/etc/tencentcloud/credentials", F_OK) == 0)
        skip();
    sandbox_enter(&m->box);
    metadata_start(&m->metadata);
    metadata_expect_host(&m->metadata, METADATA_HOST);
    metadata_reply_role(&m->metadata, (reply){.status = "404 Not Found"});
    ses_start(&m->ses);
    m->road.questions = 0;
    m->client = client_on_road(&m->ses, &m->road);
    machine_lead_name(NAME_LEADS_TO_PORT, server_port(m->metadata.http));
}

void machine_close(machine *m)
{
    tcses_client_free(m->client);
    tcses_transport_unref(m->road.inner);
    stand_in_stop(&m->ses);
    stand_in_stop(&m->metadata);
    sandbox_leave(&m->box);
}
