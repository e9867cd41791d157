/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/spf.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"

#define VERSION_LENGTH 6

/* What may or must follow a name. */
typedef enum follow { FOLLOW_NOTHING, FOLLOW_DOMAIN, FOLLOW_MAYBE_DOMAIN, FOLLOW_NETWORK, FOLLOW_TEXT } follow;

typedef struct form {
    const char *name;
    spf_kind kind;
    follow value;
    bool takes_prefix;
    bool is_modifier;
    bool needs_lookup;
} form;

static const form forms[] = {
    {"all", SPF_ALL, FOLLOW_NOTHING, false, false, false},
    {"include", SPF_INCLUDE, FOLLOW_DOMAIN, false, false, true},
    {"a", SPF_A, FOLLOW_MAYBE_DOMAIN, true, false, true},
    {"mx", SPF_MX, FOLLOW_MAYBE_DOMAIN, true, false, true},
    {"ptr", SPF_PTR, FOLLOW_MAYBE_DOMAIN, false, false, true},
    {"ip4", SPF_IP4, FOLLOW_NETWORK, false, false, false},
    {"ip6", SPF_IP6, FOLLOW_NETWORK, false, false, false},
    {"exists", SPF_EXISTS, FOLLOW_DOMAIN, false, false, true},
    {"redirect", SPF_REDIRECT, FOLLOW_DOMAIN, false, true, true},
    {"exp", SPF_EXP, FOLLOW_DOMAIN, false, true, false},
};
static const form other_modifier = {"", SPF_OTHER_MODIFIER, FOLLOW_TEXT, false, true, false};

#define FORMS (sizeof forms / sizeof forms[0])

bool spf_needs_lookup(spf_kind kind)
{
    return kind != SPF_OTHER_MODIFIER && forms[kind].needs_lookup;
}

const char *spf_problem_text(spf_problem problem)
{
    static const char *const texts[SPF_PROBLEMS] = {
        [SPF_FINE] = "is fine",
        [SPF_NOT_SPF] = "does not begin with \"v=spf1\" and a space",
        [SPF_BAD_CHARACTER] = "holds a character that is not visible ASCII",
        [SPF_UNKNOWN_MECHANISM] = "has a mechanism that does not exist",
        [SPF_NO_NAME] = "has a term without a name",
        [SPF_QUALIFIED_MODIFIER] = "has one of \"+-~?\" before a modifier",
        [SPF_NEEDS_DOMAIN] = "has a term whose domain is missing",
        [SPF_NEEDS_ADDRESS] = "has a term whose address is missing",
        [SPF_TAKES_NO_VALUE] = "has a value at a term that takes none",
        [SPF_BAD_DOMAIN] = "has a term whose domain does not end like a domain name",
        [SPF_BAD_MACRO] = "has a \"%\" that begins no macro",
        [SPF_BAD_ADDRESS] = "has an address that is none",
        [SPF_BAD_PREFIX_LENGTH] = "has a prefix length that is none",
        [SPF_TWICE] = "has redirect= or exp= twice",
    };
    return texts[problem];
}

bool spf_is_record(view text)
{
    view version = {text.at, VERSION_LENGTH};
    return text.length >= VERSION_LENGTH && view_is_ignoring_case(version, "v=spf1") &&
           (text.length == VERSION_LENGTH || text.at[VERSION_LENGTH] == ' ');
}

void spf_begin(spf_reader *r, view record)
{
    memset(r, 0, sizeof *r);
    r->record = record;
    r->at = VERSION_LENGTH;
    if (!spf_is_record(record))
        r->problem = SPF_NOT_SPF;
}

/* Notes a problem at a place in the record. Always false. */
static bool refuse(spf_reader *r, spf_problem problem, const char *place)
{
    r->problem = problem;
    r->problem_at = (size_t)(place - r->record.at);
    return false;
}

static bool is_letter(char c)
{
    return text_is_alphanumeric(c) && !text_is_digit(c);
}

static bool is_visible(char c)
{
    return c > 0x20 && c < 0x7F;
}

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ) */
static size_t name_length(view v)
{
    size_t i = 0;
    if (v.length == 0 || !is_letter(v.at[0]))
        return 0;
    while (i < v.length && v.at[i] != '\0' && (text_is_alphanumeric(v.at[i]) || strchr("-_.", v.at[i]) != NULL))
        i++;
    return i;
}

/* The length of the macro at the start of the view; 0 if there is none. `in_text`: letters of explanations too. */
static size_t macro_length(view v, bool in_text)
{
    if (v.length < 2)
        return 0;
    if (v.at[1] == '%' || v.at[1] == '_' || v.at[1] == '-')
        return 2;
    if (v.at[1] != '{' || v.length < 4 || v.at[2] == '\0')
        return 0;
    if (strchr(in_text ? "slodiphcrtv" : "slodiphv", text_lower(v.at[2])) == NULL)
        return 0;
    size_t i = 3;
    bool is_zero = true;
    for (; i < v.length && text_is_digit(v.at[i]); i++)
        is_zero = is_zero && v.at[i] == '0';
    if (i > 3 && is_zero)
        return 0;
    if (i < v.length && text_lower(v.at[i]) == 'r')
        i++;
    while (i < v.length && v.at[i] != '\0' && strchr(".-+,/_=", v.at[i]) != NULL)
        i++;
    return i < v.length && v.at[i] == '}' ? i + 1 : 0;
}

/* macro-string. Tells where the last macro ends, for the domain's end is what comes after it. */
static bool check_macros(spf_reader *r, view v, bool in_text, size_t *last_end)
{
    *last_end = 0;
    for (size_t i = 0; i < v.length;) {
        if (v.at[i] != '%') {
            i++;
            continue;
        }
        view rest = {v.at + i, v.length - i};
        size_t length = macro_length(rest, in_text);
        if (length == 0)
            return refuse(r, SPF_BAD_MACRO, rest.at);
        i += length;
        *last_end = i;
    }
    return true;
}

/* toplabel: letters, digits and inner hyphens, and not digits alone. */
static bool is_top_label(view v)
{
    bool has_other = false;
    for (size_t i = 0; i < v.length; i++) {
        if (!text_is_alphanumeric(v.at[i]) && v.at[i] != '-')
            return false;
        has_other = has_other || !text_is_digit(v.at[i]);
    }
    return has_other && v.at[0] != '-' && v.at[v.length - 1] != '-';
}

/* domain-spec = macro-string ( "." toplabel [ "." ] / macro-expand ) */
static bool check_domain(spf_reader *r, spf_term *term)
{
    view v = term->value;
    size_t macro_end = 0;
    if (v.length == 0)
        return refuse(r, SPF_NEEDS_DOMAIN, v.at);
    if (!check_macros(r, v, false, &macro_end))
        return false;
    term->has_macro = macro_end > 0;
    if (macro_end == v.length)
        return true;
    size_t end = v.at[v.length - 1] == '.' ? v.length - 1 : v.length;
    size_t start = end;
    while (start > macro_end && v.at[start - 1] != '.')
        start--;
    view top = {v.at + start, end - start};
    if (start == macro_end || !is_top_label(top))
        return refuse(r, SPF_BAD_DOMAIN, v.at);
    return true;
}

/* "0", or up to three digits that do not begin with 0; at most `most`. -1 if it is no such number. */
static int prefix_number(view v, int most)
{
    int number = 0;
    if (v.length == 0 || v.length > 3 || (v.at[0] == '0' && v.length > 1))
        return -1;
    for (size_t i = 0; i < v.length; i++) {
        if (!text_is_digit(v.at[i]))
            return -1;
        number = number * 10 + (v.at[i] - '0');
    }
    return number <= most ? number : -1;
}

/* Takes "/number" or "//number" off the end. False if there is none, or it is no prefix length (then `place` is set). */
static bool take_prefix(view *v, const char *slashes, int most, int *prefix, const char **place)
{
    size_t start = v->length, count = strlen(slashes);
    while (start > 0 && text_is_digit(v->at[start - 1]))
        start--;
    if (start == v->length || start < count || memcmp(v->at + start - count, slashes, count) != 0)
        return false;
    view number = {v->at + start, v->length - start};
    *prefix = prefix_number(number, most);
    if (*prefix < 0)
        *place = number.at;
    v->length = start - count;
    return *prefix >= 0;
}

/* dual-cidr-length = [ "/" number ] [ "//" number ], off the end of a domain, which may hold slashes itself. */
static bool take_prefixes(spf_reader *r, spf_term *term, view *v)
{
    const char *place = NULL;
    take_prefix(v, "//", 128, &term->prefix6, &place);
    if (place == NULL)
        take_prefix(v, "/", 32, &term->prefix4, &place);
    return place == NULL || refuse(r, SPF_BAD_PREFIX_LENGTH, place);
}

static bool check_address(spf_reader *r, const spf_term *term, int family)
{
    char text[INET6_ADDRSTRLEN] = "";
    unsigned char address[16];
    view v = term->value;
    if (v.length == 0)
        return refuse(r, SPF_NEEDS_ADDRESS, v.at);
    if (v.length >= sizeof text)
        return refuse(r, SPF_BAD_ADDRESS, v.at);
    memcpy(text, v.at, v.length);
    return inet_pton(family, text, address) == 1 || refuse(r, SPF_BAD_ADDRESS, v.at);
}

/* An address, and perhaps "/number". */
static bool read_network(spf_reader *r, spf_term *term, view value)
{
    bool is_4 = term->kind == SPF_IP4;
    size_t slash = view_find(value, '/');
    term->value = (view){value.at, slash};
    if (!check_address(r, term, is_4 ? AF_INET : AF_INET6))
        return false;
    if (slash == value.length)
        return true;
    view number = {value.at + slash + 1, value.length - slash - 1};
    int prefix = prefix_number(number, is_4 ? 32 : 128);
    *(is_4 ? &term->prefix4 : &term->prefix6) = prefix;
    return prefix >= 0 || refuse(r, SPF_BAD_PREFIX_LENGTH, number.at);
}

/* What follows a mechanism's name: nothing, ":value", or a prefix length. */
static bool read_mechanism(spf_reader *r, const form *f, spf_term *term, view rest)
{
    bool has_value = rest.length > 0 && rest.at[0] == ':';
    const char *after = rest.at;
    if (f->takes_prefix && !take_prefixes(r, term, &rest))
        return false;
    if (!has_value && rest.length > 0)
        return refuse(r, f->takes_prefix ? SPF_BAD_PREFIX_LENGTH : SPF_TAKES_NO_VALUE, after);
    term->value = has_value ? (view){rest.at + 1, rest.length - 1} : (view){rest.at, 0};
    if (f->value == FOLLOW_NOTHING)
        return !has_value || refuse(r, SPF_TAKES_NO_VALUE, after);
    if (f->value == FOLLOW_NETWORK)
        return read_network(r, term, term->value);
    return (f->value == FOLLOW_MAYBE_DOMAIN && !has_value) || check_domain(r, term);
}

static bool note_once(spf_reader *r, const spf_term *term, bool *was_there)
{
    if (*was_there)
        return refuse(r, SPF_TWICE, term->text.at);
    *was_there = true;
    return true;
}

static bool read_modifier(spf_reader *r, const form *f, spf_term *term, view value)
{
    size_t macro_end = 0;
    term->value = value;
    if (f->value == FOLLOW_DOMAIN ? !check_domain(r, term) : !check_macros(r, value, true, &macro_end))
        return false;
    term->has_macro = term->has_macro || macro_end > 0;
    if (f->kind == SPF_OTHER_MODIFIER)
        return true;
    return note_once(r, term, f->kind == SPF_REDIRECT ? &r->has_redirect : &r->has_exp);
}

static const form *form_of(view name, bool is_modifier)
{
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].is_modifier == is_modifier && view_is_ignoring_case(name, forms[i].name))
            return &forms[i];
    }
    return is_modifier ? &other_modifier : NULL;
}

static bool read_term(spf_reader *r, spf_term *term)
{
    view v = term->text;
    bool is_qualified = v.at[0] != '\0' && strchr("+-~?", v.at[0]) != NULL;
    term->qualifier = is_qualified ? v.at[0] : '+';
    if (is_qualified)
        v = (view){v.at + 1, v.length - 1};
    size_t length = name_length(v);
    if (length == 0)
        return refuse(r, SPF_NO_NAME, term->text.at);
    term->name = (view){v.at, length};
    view rest = {v.at + length, v.length - length};
    bool is_modifier = rest.length > 0 && rest.at[0] == '=';
    if (is_modifier && is_qualified)
        return refuse(r, SPF_QUALIFIED_MODIFIER, term->text.at);
    const form *f = form_of(term->name, is_modifier);
    if (f == NULL)
        return refuse(r, SPF_UNKNOWN_MECHANISM, term->text.at);
    term->kind = f->kind;
    if (!is_modifier)
        return read_mechanism(r, f, term, rest);
    term->qualifier = '\0';
    return read_modifier(r, f, term, (view){rest.at + 1, rest.length - 1});
}

bool spf_next(spf_reader *r, spf_term *term)
{
    view record = r->record;
    if (r->problem != SPF_FINE)
        return false;
    while (r->at < record.length && record.at[r->at] == ' ')
        r->at++;
    if (r->at >= record.length)
        return false;
    memset(term, 0, sizeof *term);
    term->prefix4 = term->prefix6 = -1;
    size_t start = r->at;
    while (r->at < record.length && record.at[r->at] != ' ') {
        if (!is_visible(record.at[r->at]))
            return refuse(r, SPF_BAD_CHARACTER, record.at + r->at);
        r->at++;
    }
    term->text = (view){record.at + start, r->at - start};
    return read_term(r, term);
}

static void count_term(spf_summary *s, const spf_term *term)
{
    s->terms++;
    s->has_macro = s->has_macro || term->has_macro;
    s->has_ptr = s->has_ptr || term->kind == SPF_PTR;
    if (term->kind == SPF_REDIRECT) {
        s->redirect = *term;
        s->has_redirect = true;
    } else if (term->qualifier != '\0' && s->has_all) {
        s->has_terms_after_all = true;
    } else if (term->kind == SPF_ALL) {
        s->all = *term;
        s->has_all = true;
    } else if (spf_needs_lookup(term->kind)) {
        s->lookups++;
    }
}

bool spf_summarise(view record, spf_summary *summary)
{
    spf_reader r;
    spf_term term;
    memset(summary, 0, sizeof *summary);
    spf_begin(&r, record);
    while (spf_next(&r, &term))
        count_term(summary, &term);
    if (summary->has_redirect && !summary->has_all)
        summary->lookups++;
    summary->problem = r.problem;
    summary->problem_at = r.problem_at;
    return r.problem == SPF_FINE;
}

spf_found spf_find_include(view record, view domain, spf_term *found)
{
    spf_reader r;
    spf_term term;
    bool is_behind = false;
    spf_found result = SPF_ABSENT;
    spf_begin(&r, record);
    while (spf_next(&r, &term)) {
        is_behind = is_behind || term.kind == SPF_ALL;
        if (term.kind != SPF_INCLUDE || !view_same_name(term.value, domain) || result == SPF_REACHED)
            continue;
        if (found != NULL)
            *found = term;
        result = is_behind ? SPF_BEHIND_ALL : SPF_REACHED;
    }
    return result;
}
