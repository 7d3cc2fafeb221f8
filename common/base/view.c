/*
 * view — see view.h. A header stands right before the view's bytes. Where invariants are checked
 * the bytes start on a page of their own, which sealing makes read-only; not under the address
 * sanitizer, whose own bookkeeping of the heap finds more.
 */
#include "common/base/view.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/thread.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VIEW_ON_HEAP 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define VIEW_ON_HEAP 1
#endif
#ifndef VIEW_ON_HEAP
#define VIEW_ON_HEAP (!INVARIANTS_CHECKED)
#endif

typedef struct {
    _Alignas(16) atomic_uint refs;
    atomic_bool sealed;
    size_t mapped; /* bytes of read-only pages; 0: the view is on the heap */
    void (*clear)(void *view);
} ViewHeader;

const ViewOps view_ops = {view_ref, view_unref};

static ViewHeader *
view_header(const void *view)
{
    return (ViewHeader *)((uintptr_t)view - sizeof(ViewHeader));
}

/* The header ends a first page that stays writable. NULL when the kernel has no mapping left. */
static ViewHeader *
view_map(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (MAX(size, (size_t)1) + page - 1) / page * page;
    char *start =
        mmap(NULL, page + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    ViewHeader *header = (ViewHeader *)(start + page - sizeof(ViewHeader));
    header->mapped = bytes;
    return header;
}

void *
view_new(size_t size, void (*clear)(void *view))
{
    ViewHeader *header = VIEW_ON_HEAP ? NULL : view_map(size);
    if (header == NULL)
        header = g_malloc0(sizeof(ViewHeader) + size);
    atomic_init(&header->refs, 1);
    header->clear = clear;
    return header + 1;
}

const void *
view_seal(void *view)
{
    ViewHeader *header = view_header(view);
    if (!atomic_exchange(&header->sealed, true) && header->mapped > 0)
        (void)mprotect(view, header->mapped, PROT_READ); /* without it there is one check less */
    return view;
}

const void *
view_ref(const void *view)
{
    atomic_fetch_add_explicit(&view_header(view)->refs, 1, memory_order_relaxed);
    return view;
}

static void
view_free(const void *view)
{
    ViewHeader *header = view_header(view);
    void *bytes = header + 1;
    if (header->mapped > 0 && mprotect(bytes, header->mapped, PROT_READ | PROT_WRITE) != 0)
        return; /* out of mappings: leaking is better than a fault; debug builds only */
    if (header->clear != NULL)
        header->clear(bytes);
    if (header->mapped == 0) {
        g_free(header);
        return;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap((char *)bytes - page, page + header->mapped);
}

void
view_unref(const void *view)
{
    if (view != NULL &&
        atomic_fetch_sub_explicit(&view_header(view)->refs, 1, memory_order_acq_rel) == 1)
        view_free(view);
}
