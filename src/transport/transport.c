/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "transport/http.h"

struct tcses_transport {
    memory mem;
    atomic_int references;
    tcses_transport_ops ops;
    void *ctx;
};

SIZED_INIT_FUNCTION(transport_ops)

static tcses_status copy_ops(tcses_transport_ops *ops, const tcses_transport_ops *given, tcses_error *error)
{
    const char *broken = given == NULL ? "must not be NULL" : sized_copy(ops, sizeof *ops, sizeof *ops, given);
    if (broken != NULL)
        return error_argument(error, "ops", broken);
    if (ops->perform == NULL)
        return error_argument(error, "ops.perform", "is required");
    if (ops->flags != 0 || ops->reserved != 0)
        return error_argument(error, ops->flags != 0 ? "ops.flags" : "ops.reserved", "must be 0");
    return TCSES_OK;
}

tcses_status tcses_transport_new(const tcses_transport_ops *ops, void *ctx, const tcses_allocator *allocator,
    tcses_transport **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    tcses_transport_ops copied;
    status = copy_ops(&copied, ops, e);
    if (status != TCSES_OK)
        return error_close(error, e, status);
    tcses_transport *transport = memory_take(&mem, sizeof *transport);
    if (transport == NULL)
        return error_close(error, e, error_memory(e));
    transport->mem = mem;
    atomic_init(&transport->references, 1);
    transport->ops = copied;
    transport->ctx = ctx;
    *out = transport; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    return error_close(error, e, TCSES_OK);
}

tcses_transport *tcses_transport_ref(tcses_transport *transport)
{
    if (transport != NULL)
        atomic_fetch_add_explicit(&transport->references, 1, memory_order_relaxed);
    return transport;
}

void tcses_transport_unref(tcses_transport *transport)
{
    if (transport == NULL || atomic_fetch_sub_explicit(&transport->references, 1, memory_order_acq_rel) != 1)
        return;
    memory mem = transport->mem;
    if (transport->ops.destroy != NULL)
        transport->ops.destroy(transport->ctx);
    memory_give(&mem, transport);
}

/* What a perform() may return; anything else is the word of a callback that failed. */
static bool is_transport_status(tcses_status status)
{
    switch (status) {
    case TCSES_OK:
    case TCSES_ERR_NETWORK:
    case TCSES_ERR_TLS:
    case TCSES_ERR_TIMEOUT:
    case TCSES_ERR_CANCELLED:
    case TCSES_ERR_RESPONSE:
    case TCSES_ERR_MEMORY:
    case TCSES_ERR_EXPECTATION:
    case TCSES_ERR_SYSTEM:
        return true;
    default:
        return false;
    }
}

tcses_status tcses_transport_perform(
    tcses_transport *transport, tcses_http_request *request, tcses_http_response *response)
{
    tcses_status status = transport->ops.perform(transport->ctx, request, response);
    tcses_http_request_on_cancel(request, NULL, NULL);
    if (status == TCSES_OK)
        tcses_http_response_set_stage(response, TCSES_STAGE_ANSWERED);
    else if (!response->stage_known)
        tcses_http_response_set_stage(response, TCSES_STAGE_SENT);
    return is_transport_status(status) ? status : TCSES_ERR_CALLBACK;
}
