/* SPDX-License-Identifier: Apache-2.0 */
#include "call/machine.h"

#include <stdbool.h>
#include <string.h>

/* Whether the same call may succeed later: it ended for lack of time, or of attempts. */
static bool may_succeed_later(const machine *m, tcses_status status)
{
    if (status == TCSES_ERR_TIMEOUT)
        return m->outcome == TCSES_OUTCOME_NOT_DONE || retry_is_repeatable(m->policy.retry_class);
    return m->last_advice == RETRY_LATER && status == m->last_status;
}

static void end(machine *m, tcses_status status, int32_t outcome)
{
    m->step = MACHINE_DONE;
    m->status = status;
    m->outcome = m->may_be_done && outcome == TCSES_OUTCOME_NOT_DONE ? TCSES_OUTCOME_UNKNOWN : outcome;
    m->retryable = status != TCSES_OK && may_succeed_later(m, status);
}

static void send_next(machine *m, int64_t now_ms)
{
    int64_t until = now_ms + m->policy.attempt_timeout_ms;
    m->attempt_deadline_ms = until < m->policy.deadline_ms ? until : m->policy.deadline_ms;
    m->step = MACHINE_SEND;
}

void machine_start(machine *m, const machine_policy *policy, int64_t now_ms)
{
    memset(m, 0, sizeof *m);
    m->policy = *policy;
    m->skew_seconds = policy->skew_seconds;
    m->step = MACHINE_GET_KEYS;
    if (now_ms >= policy->deadline_ms)
        end(m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE);
}

void machine_got_keys(machine *m, int64_t now_ms, uint64_t version)
{
    bool is_old = m->newer_than != 0 && version <= m->newer_than;
    m->keys_version = version;
    if (is_old)
        end(m, m->status, m->outcome);
    else if (now_ms >= m->policy.deadline_ms)
        end(m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE);
    else
        send_next(m, now_ms);
}

void machine_no_keys(machine *m, tcses_status status)
{
    end(m, status, TCSES_OUTCOME_NOT_DONE);
}

void machine_not_sent(machine *m, tcses_status status)
{
    end(m, status, TCSES_OUTCOME_NOT_DONE);
}

/* Full jitter: anything between 0 and base * 2^(attempts - 1), which is capped. */
static int64_t pause_ms(const machine *m, uint32_t random)
{
    int64_t longest = m->policy.backoff_base_ms;
    for (int32_t i = 1; i < m->attempts && longest < m->policy.backoff_cap_ms; i++)
        longest *= 2;
    if (longest > m->policy.backoff_cap_ms)
        longest = m->policy.backoff_cap_ms;
    return (int64_t)((uint64_t)longest * random / UINT32_MAX);
}

static void try_later(machine *m, int64_t now_ms, uint32_t random)
{
    int64_t until = now_ms + pause_ms(m, random);
    if (m->attempts >= m->policy.max_attempts || until >= m->policy.deadline_ms) {
        end(m, m->status, m->outcome);
        return;
    }
    m->wait_until_ms = until;
    m->step = MACHINE_WAIT;
}

static void renew_keys(machine *m)
{
    if (m->renewed_keys || m->attempts >= m->policy.max_attempts) {
        end(m, m->status, m->outcome);
        return;
    }
    m->renewed_keys = 1;
    m->newer_than = m->keys_version;
    m->step = MACHINE_GET_KEYS;
}

static void correct_time(machine *m, int64_t now_ms, const attempt *a)
{
    bool is_first = !m->corrected_time;
    m->corrected_time = 1;
    m->learned_skew = 1;
    m->skew_seconds = a->server_seconds - a->signed_seconds;
    if (is_first && m->attempts < m->policy.max_attempts && now_ms < m->policy.deadline_ms)
        send_next(m, now_ms);
    else
        end(m, m->status, m->outcome);
}

void machine_attempted(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    retry_verdict verdict = retry_judge(m->policy.retry_class, a);
    m->attempts++;
    m->status = a->status;
    m->outcome = verdict.outcome;
    m->last_advice = verdict.advice;
    m->last_status = a->status;
    if (verdict.proves_done && m->may_be_done) {
        end(m, TCSES_OK, TCSES_OUTCOME_DONE);
        return;
    }
    if (verdict.outcome == TCSES_OUTCOME_UNKNOWN)
        m->may_be_done = 1;
    switch (verdict.advice) {
    case RETRY_LATER:
        try_later(m, now_ms, random);
        break;
    case RETRY_RENEW_KEYS:
        renew_keys(m);
        break;
    case RETRY_CORRECT_TIME:
        correct_time(m, now_ms, a);
        break;
    default:
        end(m, a->status, verdict.outcome);
        break;
    }
}

void machine_waited(machine *m, int64_t now_ms)
{
    if (now_ms >= m->policy.deadline_ms)
        end(m, m->status, m->outcome);
    else if (now_ms >= m->wait_until_ms)
        send_next(m, now_ms);
}

void machine_cancelled(machine *m)
{
    end(m, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE);
}
