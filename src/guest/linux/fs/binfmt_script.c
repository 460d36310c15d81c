/* Files that begin with "#!". Linux: fs/binfmt_script.c. */
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The first line names the interpreter and, after spaces, one argument. The new arguments are: interpreter, that argument, the
 * script, and what followed the old argv[0].
 */
int load_script(struct linux_binprm *bprm)
{
	char *name, *arg = NULL, *at;
	size_t n;
	int ret;

	if (bprm->buf[0] != '#' || bprm->buf[1] != '!')
		return -ENOEXEC;
	for (n = 2; n < BINPRM_BUF_SIZE && bprm->buf[n] != '\n' && bprm->buf[n]; n++)
		;
	name = kzalloc(BINPRM_BUF_SIZE + 1, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	memcpy(name, bprm->buf, n);
	while (n > 2 && is_space(name[n - 1]))
		name[--n] = '\0';
	for (at = name + 2; is_space(*at); at++)
		;
	/* No name, or one that may go on beyond what was read. */
	if (!*at && n < BINPRM_BUF_SIZE && bprm->buf[n] != '\n') {
		/* As Linux has it: where the file ends before its line does, the name is empty, and so the working directory's. */
		kfree(name);
		return -EACCES;
	}
	if (!*at || (n == BINPRM_BUF_SIZE && !strchr(at, ' ') && !strchr(at, '\t'))) {
		kfree(name);
		return -ENOEXEC;
	}
	memcpy(name, at, strlen(at) + 1);
	for (at = name; *at && !is_space(*at); at++)
		;
	if (*at) {
		*at++ = '\0';
		while (is_space(*at))
			at++;
		arg = at;
	}
	ret = remove_arg_zero(bprm);
	if (!ret)
		ret = copy_string_kernel(bprm->interp, bprm);
	if (!ret && arg)
		ret = copy_string_kernel(arg, bprm);
	if (!ret)
		ret = copy_string_kernel(name, bprm);
	bprm->argc += arg ? 3 : 2;
	kfree(bprm->interp_text);
	bprm->interp_text = name;
	bprm->interp = name;
	return ret;
}
