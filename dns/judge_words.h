/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_JUDGE_WORDS_H
#define DNS_JUDGE_WORDS_H

#include "grammar/dkim.h"
#include "grammar/dmarc.h"
#include "grammar/spf.h"

/* What the grammars find wrong, in Chinese: to follow "the record". Their own texts are English. */
const char *words_of_spf_problem(spf_problem problem);
const char *words_of_dkim_problem(const dkim_key *key);
const char *words_of_dmarc_problem(const dmarc_record *record);

#endif
