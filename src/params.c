// SPDX-License-Identifier: MIT
/* params.c - takes the kernel command line apart: see params.h. */
#include "params.h"

#include "dev/dev.h"
#include "lib/string.h"

#define PARAMS_MAX_LENGTH 2048 /* as on Linux arm64 */

struct params params;

static char params_text[PARAMS_MAX_LENGTH];

static bool params_set_pan(const char *value)
{
	params.pan = value;
	return strcmp(value, "on") == 0 || strcmp(value, "off") == 0 ||
	       strcmp(value, "auto") == 0;
}

/* arch_uaccess_select() knows the methods, and refuses what is none. */
static bool params_set_uaccess(const char *value)
{
	params.uaccess = value;
	return value[0] != '\0';
}

static bool params_set_trace(const char *value)
{
	static const char *const names[] = {
		[TRACE_OFF] = "off", [TRACE_FAULTS] = "faults",
		[TRACE_ALL] = "all",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(value, names[i]) == 0) {
			params.trace = i;
			return true;
		}
	}
	return false;
}

static bool params_set_stats(const char *value)
{
	params.stats = strcmp(value, "on") == 0;
	return params.stats || strcmp(value, "off") == 0;
}

static bool params_set_fork(const char *value)
{
	params.fork_copies = strcmp(value, "copy") == 0;
	return params.fork_copies || strcmp(value, "share") == 0;
}

static bool params_set_init(const char *value)
{
	params.init = value;
	return value[0] == '/';
}

static bool params_set_walk(const char *value)
{
	params.walk_wanted = parse_hex(value, &params.walk) == 0;
	return params.walk_wanted;
}

static const struct {
	const char *name; /* with the '=' */
	const char *values;
	bool (*set)(const char *value);
} params_known[] = {
	{ "pan=", "on|off|auto", params_set_pan },
	{ "uaccess=", arch_uaccess_choices, params_set_uaccess },
	{ "trace=", "off|faults|all", params_set_trace },
	{ "stats=", "on|off", params_set_stats },
	{ "fork=", "share|copy", params_set_fork },
	{ "init=", "/PATH", params_set_init },
	{ "walk=", "ADDRESS (hexadecimal)", params_set_walk },
};

static void params_list(const char *word)
{
	printk_always("command line: '%s' is not known; known are:", word);
	for (unsigned int i = 0; i < ARRAY_SIZE(params_known); i++) {
		printk_always("    %s%s", params_known[i].name,
			      params_known[i].values);
	}
	printk_always("    quiet, and after -- the arguments of process 1");
}

static void params_word(const char *word)
{
	if (strcmp(word, "quiet") == 0) {
		params.quiet = true;
		return;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(params_known); i++) {
		size_t len = strlen(params_known[i].name);
		struct params before = params;

		if (strncmp(word, params_known[i].name, len) != 0) {
			continue;
		}
		if (!params_known[i].set(word + len)) {
			params = before;
			printk_always("command line: %s takes %s, not '%s'",
				      params_known[i].name,
				      params_known[i].values, word + len);
		}
		return;
	}
	params_list(word);
}

/*
 * Cuts the next word off *text; NULL at the end. Blanks between two double
 * quotes belong to the word; the quotes do not.
 */
static const char *params_next(char **text)
{
	char *from = *text, *word, *to;
	bool quoted = false;

	while (*from == ' ') {
		from++;
	}
	if (*from == '\0') {
		return NULL;
	}
	for (word = to = from; *from != '\0' && (quoted || *from != ' ');
	     from++) {
		if (*from == '"') {
			quoted = !quoted;
		} else {
			*to++ = *from;
		}
	}
	*text = *from != '\0' ? from + 1 : from;
	*to = '\0';
	return word;
}

void params_parse(const char *command_line)
{
	char *rest = params_text;
	const char *word;
	bool args = false;

	params = (struct params){
		.pan = "auto", .uaccess = "auto", .init = "/init",
	};
	if (strlcpy(params_text, command_line, sizeof(params_text)) >=
	    sizeof(params_text)) {
		printk_always("command line: cut to %u bytes",
			      PARAMS_MAX_LENGTH - 1);
	}
	while ((word = params_next(&rest)) != NULL) {
		if (args && params.argc == PARAMS_MAX_ARGS) {
			printk_always("command line: more than %u arguments",
				      PARAMS_MAX_ARGS);
			return;
		}
		if (args) {
			params.argv[params.argc++] = word;
		} else if (strcmp(word, "--") == 0) {
			args = true;
		} else {
			params_word(word);
		}
	}
}
