/*
 * Filling in and tearing down the pages of an address space. Linux: mm/memory.c.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/tlbflush.h>
#include <trace/events.h>

/*
 * The entry for address, or NULL when there is no table for it. *next: the address of the next entry that there may be, so
 * that a walk over nothing costs nothing.
 */
static pte_t *walk_pte(struct mm_struct *mm, unsigned long address, unsigned long *next)
{
	pgd_t *pgd = pgd_offset_pgd(mm->pgd, address);
	pud_t *pud;
	pmd_t *pmd;

	*next = (address + PGDIR_SIZE) & ~(PGDIR_SIZE - 1);
	if (pgd_none(*pgd))
		return NULL;
	pud = pud_offset(pgd, address);
	*next = (address + PUD_SIZE) & ~(PUD_SIZE - 1);
	if (pud_none(*pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	*next = (address + PMD_SIZE) & PMD_MASK;
	if (pmd_none(*pmd))
		return NULL;
	*next = (address + PAGE_SIZE) & PAGE_MASK;
	return pte_offset_kernel(pmd, address);
}

pte_t *get_pte(struct mm_struct *mm, unsigned long address)
{
	unsigned long next;

	return walk_pte(mm, address, &next);
}

/*
 * A new table where *slot has none, unless another CPU comes first. Linux: __pte_alloc(), __pmd_alloc(), __pud_alloc().
 * 0 or -ENOMEM.
 */
static int alloc_table(struct mm_struct *mm, unsigned long *slot)
{
	unsigned long page = get_zeroed_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	if (!*slot) {
		list_add(&virt_to_page(page)->lru, &mm->page_tables);
		*slot = __pa(page) | _PAGE_TABLE;
		pti_set_user_pgtbl(mm->pgd, slot);
		page = 0;
	}
	spin_unlock(&mm->page_table_lock);
	free_pages(page, 0);
	return 0;
}

/* The same, but missing tables are made. Linux: __handle_mm_fault()'s walk. */
pte_t *pte_alloc_map(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset_pgd(mm->pgd, address);
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd) && alloc_table(mm, &pgd->pgd))
		return NULL;
	pud = pud_offset(pgd, address);
	if (pud_none(*pud) && alloc_table(mm, &pud->pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd) && alloc_table(mm, &pmd->pmd))
		return NULL;
	return pte_offset_kernel(pmd, address);
}

/*
 * Two threads may fault on one page at once, since a fault holds mmap_lock for reading: an entry is changed as long as it is what was
 * looked at. Who comes second leaves it, and its access is made again.
 * Simplified: Linux has a lock for the entries of a table.
 */
static bool pte_replace(pte_t *pte, pte_t was, pte_t entry)
{
	return atomic_long_cmpxchg((atomic_long_t *)&pte->pte, was.pte, entry.pte) == (long)was.pte;
}

/* A page where there was none, with all the VMA's rights at once. Linux: do_set_pte(). */
static vm_fault_t map_new_page(struct vm_area_struct *vma, unsigned long address, pte_t *pte, struct page *page)
{
	pte_t entry = pte_mkyoung(mk_pte(page, vma->vm_page_prot));

	if (vma->vm_flags & VM_WRITE)
		entry = pte_mkwrite(pte_mkdirty(entry));
	if (!pte_replace(pte, (pte_t) { 0 }, entry)) {
		put_page(page);
		return 0;
	}
	vma->vm_mm->rss++;
	trace_mm_fault(address, page);
	(void)address;
	return 0;
}

/*
 * First touch of memory that no file backs: a new page of zeros.
 * Simplified: a read gets a page of its own at once; Linux maps one shared page of zeros until a write.
 */
static vm_fault_t do_anonymous_page(struct vm_area_struct *vma, unsigned long address, pte_t *pte)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);

	if (!page)
		return VM_FAULT_OOM;
	return map_new_page(vma, address, pte, page);
}

/*
 * First touch of a shared mapping of a file: the file's own page, and what is written to it is in the file. Linux: do_shared_fault().
 * Simplified: a file that is cut shorter keeps its pages where they are mapped.
 */
static vm_fault_t do_shared_fault(struct vm_area_struct *vma, unsigned long address, pte_t *pte)
{
	unsigned long index = vma->vm_pgoff + (((address & PAGE_MASK) - vma->vm_start) >> PAGE_SHIFT);
	struct inode *inode = vma->vm_file->f_inode;
	struct page *page;

	if (index >= DIV_ROUND_UP((unsigned long)inode->i_size, PAGE_SIZE))
		return VM_FAULT_SIGBUS;
	page = ramfs_grab_page(inode, index);
	if (!page)
		return VM_FAULT_OOM;
	get_page(page);
	return map_new_page(vma, address, pte, page);
}

/*
 * First touch of a private mapping of a file.
 * Simplified: no page cache. The page is read for this mapping alone, so a later write needs no copy.
 */
static vm_fault_t do_fault(struct vm_area_struct *vma, unsigned long address, pte_t *pte)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	loff_t pos = ((address & PAGE_MASK) - vma->vm_start) + (vma->vm_pgoff << PAGE_SHIFT);

	if (!page)
		return VM_FAULT_OOM;
	/* Beyond the file's last page there is nothing. */
	if (pos >= PAGE_ALIGN(vma->vm_file->f_inode->i_size)) {
		put_page(page);
		return VM_FAULT_SIGBUS;
	}
	if (kernel_read(vma->vm_file, page_address(page), PAGE_SIZE, &pos) < 0) {
		put_page(page);
		return VM_FAULT_SIGBUS;
	}
	return map_new_page(vma, address, pte, page);
}

static pte_t pte_modify(pte_t pte, struct vm_area_struct *vma);

/* A write to a private page that others have too, since a fork: they keep it, we get a copy. Linux: do_wp_page(), wp_page_copy(). */
static vm_fault_t do_wp_page(struct vm_area_struct *vma, unsigned long address, pte_t *pte)
{
	pte_t was = *pte, entry;
	struct page *old = pte_page(was), *new = alloc_page(GFP_HIGHUSER);

	if (!new)
		return VM_FAULT_OOM;
	memcpy(page_address(new), page_address(old), PAGE_SIZE);
	/* No CPU may write to the new page while another still reads the old one: all forget that first. */
	entry = pte_mkyoung(mk_pte(new, vma->vm_page_prot));
	if (!pte_replace(pte, was, entry)) {
		put_page(new);
		return 0;
	}
	flush_tlb_page(vma, address);
	pte_replace(pte, entry, pte_mkwrite(pte_mkdirty(entry)));
	put_page(old);
	trace_mm_fault(address, new);
	return 0;
}

/* May the entry say "writable"? Not of a page that is to be copied first. */
static bool can_be_written(struct vm_area_struct *vma, struct page *page)
{
	return (vma->vm_flags & VM_WRITE) && ((vma->vm_flags & VM_SHARED) || page_count(page) == 1);
}

/* The access is right by the VMA; make it right by the page tables too. */
static vm_fault_t handle_pte_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags, pte_t *pte)
{
	pte_t was = *pte;

	if (pte_none(was)) {
		if (!vma->vm_file)
			return do_anonymous_page(vma, address, pte);
		return vma->vm_flags & VM_SHARED ? do_shared_fault(vma, address, pte) : do_fault(vma, address, pte);
	}
	if ((flags & FAULT_FLAG_WRITE) && !can_be_written(vma, pte_page(was)))
		return do_wp_page(vma, address, pte);
	/* There is a page: the entry's rights lag behind the VMA's. */
	pte_replace(pte, was, pte_modify(was, vma));
	flush_tlb_page(vma, address);
	return 0;
}

/* The same page with the VMA's present rights. Without any it is not present, but keeps its frame. */
static pte_t pte_modify(pte_t pte, struct vm_area_struct *vma)
{
	pte_t new = { (pte.pte & PTE_PFN_MASK) | pgprot_val(vma->vm_page_prot) };

	new = pte_mkyoung(new);
	return can_be_written(vma, pte_page(pte)) ? pte_mkwrite(pte_mkdirty(new)) : new;
}

/*
 * A walk over a range comes to addr: before each table it offers the CPU, for one file may be mapped many times over what there is of
 * memory. The caller holds mmap_lock, or the address space is nobody's.
 */
static void offer_before_table(unsigned long addr)
{
	if (!(addr & ~PMD_MASK))
		cond_resched();
}

/* After mprotect(). Linux: mm/mprotect.c, change_protection(). */
void change_protection(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long addr, next;

	for (addr = start; addr < end; addr = next) {
		pte_t *pte;

		offer_before_table(addr);
		pte = walk_pte(vma->vm_mm, addr, &next);
		if (pte && !pte_none(*pte)) {
			set_pte(pte, pte_modify(*pte, vma));
			flush_tlb_page(vma, addr);
		}
	}
}

/*
 * fork: dst maps what vma maps. Of a private page neither side can write to it from now on, until it gets a copy or is the only one
 * left. Linux: copy_page_range(), copy_present_pte(). 0 or -ENOMEM.
 */
int copy_page_range(struct mm_struct *dst, struct vm_area_struct *vma)
{
	unsigned long addr, next;

	for (addr = vma->vm_start; addr < vma->vm_end; addr = next) {
		pte_t *pte, *new;

		offer_before_table(addr);
		pte = walk_pte(vma->vm_mm, addr, &next);
		if (!pte || pte_none(*pte))
			continue;
		new = pte_alloc_map(dst, addr);
		if (!new)
			return -ENOMEM;
		if (!(vma->vm_flags & VM_SHARED) && pte_write(*pte))
			set_pte(pte, pte_wrprotect(*pte));
		get_page(pte_page(*pte));
		set_pte(new, *pte);
		dst->rss++;
	}
	return 0;
}

/* The pages of one range go to another, not the bytes. Linux: mm/mremap.c. 0 or -ENOMEM. */
int move_page_tables(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len)
{
	unsigned long addr, next;

	for (addr = from; addr < from + len; addr = next) {
		pte_t *old, *new;

		offer_before_table(addr);
		old = walk_pte(mm, addr, &next);
		if (!old || pte_none(*old))
			continue;
		new = pte_alloc_map(mm, to + (addr - from));
		if (!new)
			return -ENOMEM;
		set_pte(new, *old);
		set_pte(old, (pte_t) { 0 });
		flush_tlb_mm_range(mm, addr, addr + PAGE_SIZE, false);
	}
	return 0;
}

/* Caller holds mm->mmap_lock, or knows by other means that the VMA stays. */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	pte_t *pte = pte_alloc_map(vma->vm_mm, address);

	if (!pte)
		return VM_FAULT_OOM;
	return handle_pte_fault(vma, address, flags, pte);
}

/* For exec, which writes into an address space before it is loaded, and for words in shared memory. Linux: get_user_pages_remote(). */
struct page *get_user_page_remote(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);
	pte_t *pte;

	if (!vma || !(vma->vm_flags & VM_WRITE))
		return NULL;
	if (address < vma->vm_start && expand_stack(vma, address))
		return NULL;
	pte = pte_alloc_map(mm, address);
	if (!pte)
		return NULL;
	if ((pte_none(*pte) || !pte_write(*pte)) && handle_mm_fault(vma, address, FAULT_FLAG_WRITE))
		return NULL;
	return pte_page(*pte);
}

/* Linux: MMU_GATHER_BUNDLE. */
#define MMU_GATHER_BUNDLE	8

/*
 * Pages that no table leads to any more, and that a CPU may still reach until it has forgotten them: given back after that, many at once.
 * Linux: mm/mmu_gather.c. Simplified: there is one bundle, and none after it.
 */
struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned int nr;
	struct page *pages[MMU_GATHER_BUNDLE];
};

static void tlb_flush_mmu(struct mmu_gather *tlb)
{
	unsigned int n;

	if (!tlb->nr)
		return;
	flush_tlb_mm_range(tlb->mm, tlb->start, tlb->end, false);
	for (n = 0; n < tlb->nr; n++)
		put_page(tlb->pages[n]);
	tlb->nr = 0;
}

static void tlb_remove_page(struct mmu_gather *tlb, struct page *page, unsigned long addr)
{
	if (!tlb->nr)
		tlb->start = addr;
	tlb->end = addr + PAGE_SIZE;
	tlb->pages[tlb->nr++] = page;
	if (tlb->nr == MMU_GATHER_BUNDLE)
		tlb_flush_mmu(tlb);
}

void unmap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	struct mmu_gather tlb;
	unsigned long addr, next;

	tlb.mm = mm;
	tlb.nr = 0;

	for (addr = start; addr < end; addr = next) {
		pte_t *pte;

		offer_before_table(addr);
		pte = walk_pte(mm, addr, &next);
		if (pte && !pte_none(*pte)) {
			struct page *page = pte_page(*pte);

			set_pte(pte, (pte_t) { 0 });
			mm->rss--;
			tlb_remove_page(&tlb, page, addr);
		}
	}
	tlb_flush_mmu(&tlb);
}

/*
 * The tables of the lower half; its pages are gone already.
 * Simplified: they stand in a list. Linux walks what the VMAs cover, for it frees tables with the last VMA over them, and not only here.
 */
void free_pgtables(struct mm_struct *mm)
{
	struct page *page, *next;

	memset(mm->pgd, 0, PAGE_SIZE / 2);
#ifdef CONFIG_PAGE_TABLE_ISOLATION
	memset(kernel_to_user_pgdp(mm->pgd), 0, PAGE_SIZE / 2);
#endif
	list_for_each_entry_safe(page, next, &mm->page_tables, lru)
		free_page((unsigned long)page_address(page));
	INIT_LIST_HEAD(&mm->page_tables);
	flush_tlb_mm(mm);
}
