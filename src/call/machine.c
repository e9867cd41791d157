/* SPDX-License-Identifier: Apache-2.0 */
#include "call/machine.h"

#include <stdbool.h>
#include <string.h>

/* Whether the same call, made once more, can't do twice what was wanted once. */
static bool is_safe_to_repeat(const machine *m)
{
    return m->outcome != TCSES_OUTCOME_UNKNOWN || retry_is_repeatable(m->policy.retry_class);
}

/* Whether the same call may succeed later: it ended for lack of time, or of attempts. */
static bool may_succeed_later(const machine *m, tcses_status status)
{
    if (!is_safe_to_repeat(m))
        return false;
    if (status == TCSES_ERR_TIMEOUT)
        return true;
    return m->last_advice == RETRY_LATER && status == m->last_status;
}

static void end(machine *m, tcses_status status, int32_t outcome)
{
    m->step = MACHINE_DONE;
    m->status = status;
    m->outcome = m->may_be_done && outcome == TCSES_OUTCOME_NOT_DONE ? TCSES_OUTCOME_UNKNOWN : outcome;
    m->retryable = status != TCSES_OK && may_succeed_later(m, status);
}

/* As the last attempt ended; without one, for lack of time. */
static void end_as_last(machine *m)
{
    if (m->attempts == 0)
        end(m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE);
    else
        end(m, m->last_status, m->last_outcome);
}

static bool is_over(const machine *m, int64_t now_ms)
{
    return now_ms >= m->policy.deadline_ms;
}

static bool has_attempts(const machine *m)
{
    return m->attempts < m->policy.max_attempts;
}

static void send_now(machine *m, int64_t now_ms)
{
    int64_t until = now_ms + m->policy.attempt_timeout_ms;
    m->attempt_deadline_ms = until < m->policy.deadline_ms ? until : m->policy.deadline_ms;
    m->step = MACHINE_SEND;
}

static void wait_until(machine *m, int64_t until_ms, machine_step next)
{
    m->wait_until_ms = until_ms;
    m->after_wait = next;
    m->step = MACHINE_WAIT;
}

void machine_start(machine *m, const machine_policy *policy, int64_t now_ms)
{
    memset(m, 0, sizeof *m);
    m->policy = *policy;
    m->skew_seconds = policy->skew_seconds;
    m->step = policy->is_unsigned ? MACHINE_RESERVE : MACHINE_GET_KEYS;
    if (is_over(m, now_ms))
        end_as_last(m);
}

void machine_got_keys(machine *m, int64_t now_ms, uint64_t version)
{
    bool is_old = m->newer_than != 0 && version <= m->newer_than;
    m->keys_version = version;
    if (is_old)
        end_as_last(m);
    else if (is_over(m, now_ms))
        end(m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE);
    else
        m->step = MACHINE_RESERVE;
}

void machine_no_keys(machine *m, tcses_status status, int32_t may_come_later)
{
    end(m, status, TCSES_OUTCOME_NOT_DONE);
    if (may_come_later && is_safe_to_repeat(m))
        m->retryable = 1;
}

void machine_reserved(machine *m, int64_t now_ms, int64_t place_ms)
{
    if (is_over(m, place_ms))
        end_as_last(m);
    else if (place_ms > now_ms)
        wait_until(m, place_ms, MACHINE_SEND);
    else
        send_now(m, now_ms);
}

void machine_not_sent(machine *m, tcses_status status)
{
    end(m, status, TCSES_OUTCOME_NOT_DONE);
}

/* Full jitter: anything between 0 and base * 2^(attempts - 1), which is capped; at least what the answer asks for. */
static int64_t pause_ms(const machine *m, const attempt *a, uint32_t random)
{
    int64_t longest = m->policy.backoff_base_ms;
    for (int32_t i = 1; i < m->attempts && longest < m->policy.backoff_cap_ms; i++)
        longest *= 2;
    if (longest > m->policy.backoff_cap_ms)
        longest = m->policy.backoff_cap_ms;
    int64_t pause = (int64_t)((uint64_t)longest * random / UINT32_MAX);
    return pause > a->retry_after_ms ? pause : a->retry_after_ms;
}

/* Goes on after a pause, if that leaves time. */
static void go_on_later(machine *m, int64_t now_ms, const attempt *a, uint32_t random, machine_step next)
{
    int64_t until = now_ms + pause_ms(m, a, random);
    if (is_over(m, until))
        end_as_last(m);
    else
        wait_until(m, until, next);
}

/* No further attempt is to follow. What may have been done all the same is looked for where that is possible. */
static void settle(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    bool is_certain = !m->may_be_done || m->has_differed || m->last_outcome == TCSES_OUTCOME_DONE;
    if (is_certain || !m->policy.can_read_back || is_over(m, now_ms))
        end_as_last(m);
    else if (m->last_outcome == TCSES_OUTCOME_UNKNOWN)
        go_on_later(m, now_ms, a, random, MACHINE_READ_BACK);
    else
        m->step = MACHINE_READ_BACK;
}

/* Of a request that never left, the next host is asked at once, until each had its turn. */
static bool turn_to_next_host(machine *m, const attempt *a)
{
    if (a->stage != TCSES_STAGE_UNSENT || m->policy.hosts_count < 2)
        return false;
    m->host_index = (m->host_index + 1) % m->policy.hosts_count;
    return m->host_index != 0;
}

static void try_later(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    if (!has_attempts(m))
        settle(m, now_ms, a, random);
    else if (turn_to_next_host(m, a) && !is_over(m, now_ms))
        m->step = MACHINE_RESERVE;
    else
        go_on_later(m, now_ms, a, random, MACHINE_RESERVE);
}

static void renew_keys(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    if (m->renewed_keys || m->policy.is_unsigned || !has_attempts(m)) {
        settle(m, now_ms, a, random);
        return;
    }
    m->renewed_keys = 1;
    m->newer_than = m->keys_version;
    m->step = MACHINE_GET_KEYS;
}

static void correct_time(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    bool is_first = !m->corrected_time;
    m->corrected_time = 1;
    m->learned_skew = 1;
    m->skew_seconds = a->server_seconds - a->signed_seconds;
    if (is_first && has_attempts(m) && !is_over(m, now_ms))
        m->step = MACHINE_RESERVE;
    else
        settle(m, now_ms, a, random);
}

void machine_attempted(machine *m, int64_t now_ms, const attempt *a, uint32_t random)
{
    retry_verdict verdict = retry_judge(m->policy.retry_class, a);
    m->attempts++;
    m->last_advice = verdict.advice;
    m->last_status = a->status;
    m->last_outcome = verdict.outcome;
    if (verdict.is_over_rate)
        m->learned_limit = 1;
    if (verdict.proves_done && m->may_be_done) {
        end(m, TCSES_OK, TCSES_OUTCOME_DONE);
        return;
    }
    if (verdict.outcome == TCSES_OUTCOME_UNKNOWN)
        m->may_be_done = 1;
    switch (verdict.advice) {
    case RETRY_LATER:
        try_later(m, now_ms, a, random);
        break;
    case RETRY_RENEW_KEYS:
        renew_keys(m, now_ms, a, random);
        break;
    case RETRY_CORRECT_TIME:
        correct_time(m, now_ms, a, random);
        break;
    default:
        settle(m, now_ms, a, random);
        break;
    }
}

void machine_waited(machine *m, int64_t now_ms)
{
    if (is_over(m, now_ms))
        end_as_last(m);
    else if (now_ms < m->wait_until_ms)
        m->step = MACHINE_WAIT;
    else if (m->after_wait == MACHINE_SEND)
        send_now(m, now_ms);
    else
        m->step = m->after_wait;
}

void machine_read_back(machine *m, int64_t now_ms, machine_finding finding)
{
    bool was_refused = m->last_outcome == TCSES_OUTCOME_NOT_DONE;
    m->has_differed = finding == FOUND_DIFFERENT;
    if (finding == FOUND_AS_ASKED)
        end(m, TCSES_OK, TCSES_OUTCOME_DONE);
    else if (finding == FOUND_NO_ANSWER || was_refused || !has_attempts(m) || is_over(m, now_ms))
        end(m, m->last_status, TCSES_OUTCOME_UNKNOWN);
    else
        m->step = MACHINE_RESERVE;
}

void machine_cancelled(machine *m)
{
    end(m, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE);
}
