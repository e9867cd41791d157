/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/sized.h"

static void *libc_allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    return malloc(bytes);
}

static void libc_release(void *ctx, void *block)
{
    (void)ctx;
    free(block);
}

memory memory_default(void)
{
    memory mem = {NULL, libc_allocate, libc_release};
    return mem;
}

bool memory_from(memory *mem, const tcses_allocator *allocator)
{
    *mem = memory_default();
    if (allocator == NULL)
        return true;
    tcses_allocator local;
    if (sized_copy(&local, sizeof local, sizeof local, allocator) != NULL)
        return false;
    if (local.allocate == NULL || local.release == NULL)
        return false;
    mem->ctx = local.ctx;
    mem->allocate = local.allocate;
    mem->release = local.release;
    return true;
}

void *memory_take(const memory *mem, size_t bytes)
{
    void *block = mem->allocate(mem->ctx, bytes > 0 ? bytes : 1);
    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

void memory_give(const memory *mem, void *block)
{
    if (block != NULL)
        mem->release(mem->ctx, block);
}

char *memory_copy_bytes(const memory *mem, const void *data, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = mem->allocate(mem->ctx, length + 1);
    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

char *memory_copy_text(const memory *mem, const char *text)
{
    return memory_copy_bytes(mem, text, strlen(text));
}

bool memory_copy_optional(const memory *mem, char **copy, const char *text)
{
    *copy = text != NULL ? memory_copy_text(mem, text) : NULL;
    return text == NULL || *copy != NULL;
}

void memory_give_secret(const memory *mem, char *text)
{
    if (text == NULL)
        return;
    crypto_wipe(text, strlen(text));
    memory_give(mem, text);
}
