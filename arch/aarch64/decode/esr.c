/* SPDX-License-Identifier: MIT */
/*
 * esr.c - ESR_EL1 in words, as a line (in a story, a panic) and field by field
 * (`make esr`). Both are printed from tables: the exception classes and fault
 * status codes are in esr_names.c, the fields of each class in esr_iss.c and
 * esr_iss_abort.c. All of it is architecture (Arm ARM DDI 0487, ESR_EL1), so
 * any machine's ESR_EL1 can be read, ESR_EL2 and ESR_EL3 too. Next: verdict.c.
 */
#include "esr.h"

#include "decode.h"
#include "esr_iss.h"
#include "lib/string.h"
#include "sysreg_names.h"

static bool is_reserved(uint64_t esr)
{
	return esr_class_section(esr_class(esr)) == NULL;
}

/* ---- Fields --------------------------------------------------------- */

static unsigned int field_value(const struct esr_field *f, uint64_t esr)
{
	return FIELD_GET_(esr, f->lsb, f->msb - f->lsb + 1);
}

static bool field_exists(const struct esr_field *f, uint64_t esr)
{
	return f->exists == NULL || f->exists(esr);
}

/* What the value means; "" if it needs no words. `buf` is for registers. */
static const char *field_text(const struct esr_field *f, unsigned int value,
			      char *buf, size_t size)
{
	switch (f->meaning) {
	case WORDS:
		return value < f->count && f->words[value] != NULL ?
			       f->words[value] : "reserved";
	case FAULT_STATUS:
		return esr_fault_status_name(value);
	case INSTRUCTION_STATUS:
		return esr_instruction_status_name(value);
	case GRANULE_STATUS:
		return esr_granule_status_name(value);
	case SERROR_STATUS:
		return esr_serror_status_name(value);
	case DEBUG_STATUS:
		return value == DFSC_DEBUG ? "debug exception" : "reserved";
	case REGISTER:
		snprintf(buf, size, value == 31 ? "xzr" : "x%u", value);
		return buf;
	case REGISTER_PAIR:
		snprintf(buf, size, "x%u, x%u", 2 * value, 2 * value + 1);
		return buf;
	case NUMBER:
		break;
	}
	return "";
}

/* ---- One line ------------------------------------------------------- */

static void print_brief(struct sink *out, const struct esr_field *f,
			uint64_t esr)
{
	const unsigned int value = field_value(f, esr);
	char buf[12];
	const char *text = field_text(f, value, buf, sizeof(buf));

	if (strncmp(text, "reserved", strlen("reserved")) == 0) {
		sink_printf(out, " | %s (%s 0x%x)", text, f->name, value);
	} else if (f->meaning == NUMBER) {
		sink_printf(out, " %s%u", f->brief, value);
	} else if (f->brief[0] == '\0') {
		sink_printf(out, " | %s", text);
	} else if (value != 0) {
		sink_printf(out, " | %s%s%s", f->brief,
			    f->meaning == REGISTER ? " " : "",
			    f->meaning == REGISTER ? text : "");
	}
}

/* From bit 0 up: a status is at the lowest bits, and the first to be said. */
static void print_briefs(struct sink *out, uint64_t esr)
{
	const struct esr_field *fields = esr_iss_fields(esr_class(esr));
	const struct esr_field *f = fields;

	while (f->name != NULL) {
		f++;
	}
	while (f > fields) {
		f--;
		if (f->brief != NULL && field_exists(f, esr)) {
			print_brief(out, f, esr);
		}
	}
}

static struct sysreg_access sysreg_of(uint64_t esr)
{
	const bool pair = esr_class(esr) == EC_MSRR_MRRS;

	return (struct sysreg_access){
		.op0 = FIELD_GET(ESR_EL1_SYS_OP0, esr),
		.op1 = FIELD_GET(ESR_EL1_SYS_OP1, esr),
		.crn = FIELD_GET(ESR_EL1_SYS_CRN, esr),
		.crm = FIELD_GET(ESR_EL1_SYS_CRM, esr),
		.op2 = FIELD_GET(ESR_EL1_SYS_OP2, esr),
		.rt = FIELD_GET(ESR_EL1_SYS_RT, esr) & ~(unsigned int)pair,
		.read = FIELD_GET(ESR_EL1_SYS_DIRECTION, esr),
		.pair = pair,
	};
}

static void print_sysreg(struct sink *out, uint64_t esr)
{
	struct sysreg_access a = sysreg_of(esr);
	const bool swapped = sysreg_swap_back(&a);

	sink_printf(out, " | ");
	sysreg_print(out, &a);
	sink_printf(out, "%s", swapped ? " (op1, op2 swapped)" : "");
}

void esr_print(struct sink *out, uint64_t esr)
{
	sink_printf(out, "%s", esr_class_name(esr_class(esr)));
	if (esr_is_data_abort(esr)) {
		sink_printf(out, " | %s",
			    FIELD_GET(ESR_EL1_DABT_CM, esr) ? "cache op or AT" :
			    FIELD_GET(ESR_EL1_DABT_WNR, esr) ? "write" :
							       "read");
	} else if (esr_class(esr) == EC_MSR_MRS ||
		   esr_class(esr) == EC_MSRR_MRRS) {
		print_sysreg(out, esr);
	} else if (is_reserved(esr)) {
		sink_printf(out, " 0x%02x", esr_class(esr));
	}
	print_briefs(out, esr);
}

/* ---- Field by field ------------------------------------------------- */

/*
 * "  31:26  EC               0x25  data abort, same EL". A field without a
 * meaning in words ends after its value.
 */
static void print_field(struct sink *out, uint64_t esr, unsigned int msb,
			unsigned int lsb, const char *name, const char *text)
{
	char bits[8], value[20];

	snprintf(bits, sizeof(bits), msb > lsb ? "%u:%u" : "%u", msb, lsb);
	snprintf(value, sizeof(value), "0x%lx",
		 FIELD_GET_(esr, lsb, msb - lsb + 1));
	sink_printf(out, "  %5s  %-12s %9s%s%s\n", bits, name, value,
		    text[0] != '\0' ? "  " : "", text);
}

/* What is set and belongs to no field, by runs of neighbouring bits. */
static void explain_rest(struct sink *out, uint64_t esr, uint64_t rest)
{
	for (int msb = 63; msb >= 0; msb--) {
		int lsb = msb;

		if (!esr_bit(rest, msb)) {
			continue;
		}
		while (lsb > 0 && esr_bit(rest, lsb - 1)) {
			lsb--;
		}
		print_field(out, esr, msb, lsb, "RES0",
			    is_reserved(esr) ? "of a reserved class" :
					       "reserved, and not 0");
		msb = lsb;
	}
}

/*
 * The fields of ISS2 and ISS. ISS2 is of this decade, and what EL2 alone has
 * is 0 at EL1: they are shown if they say something.
 */
static void explain_fields(struct sink *out, uint64_t esr)
{
	uint64_t rest = esr & ~FIELD_MASK(ESR_EL1_EC) &
			~FIELD_MASK(ESR_EL1_IL);
	char buf[12];

	for (const struct esr_field *f = esr_iss_fields(esr_class(esr));
	     f->name != NULL; f++) {
		const unsigned int value = field_value(f, esr);

		if (!field_exists(f, esr) ||
		    (value == 0 && (f->lsb >= 32 || f->els != 0))) {
			continue;
		}
		print_field(out, esr, f->msb, f->lsb, f->name,
			    field_text(f, value, buf, sizeof(buf)));
		rest &= ~FIELD_MASK_(f->lsb, f->msb - f->lsb + 1);
	}
	explain_rest(out, esr, rest);
}

/* A known deviation of the emulator's: what the fields ought to have been. */
static void explain_swap(struct sink *out, uint64_t esr)
{
	struct sysreg_access a = sysreg_of(esr);

	if (esr_class(esr) == EC_MSR_MRS && sysreg_swap_back(&a)) {
		sink_printf(out, "  Op1 and Op2 are swapped, as QEMU does it "
				 "for MSR (immediate): the\n  instruction has "
				 "op1 %u and op2 %u, and the Arm ARM wants "
				 "these here.\n", a.op1, a.op2);
	}
}

/* The register that can hold this value: EL1's, unless only others have the
 * class, or a field that is set. */
static const char *register_name(uint64_t esr)
{
	static const char *const names[] = {
		[IN_EL2] = "ESR_EL2", [IN_EL3] = "ESR_EL3",
		[IN_EL2 | IN_EL3] = "ESR_EL2 or ESR_EL3",
	};
	unsigned int els = esr_class_els(esr_class(esr));

	for (const struct esr_field *f = esr_iss_fields(esr_class(esr));
	     f->name != NULL; f++) {
		if (f->els != 0 && field_exists(f, esr) &&
		    field_value(f, esr) != 0) {
			els = f->els;
		}
	}
	return is_reserved(esr) ? "ESR_ELx" :
	       els == 0 ? "ESR_EL1" : names[els];
}

/* IL of these is 1, whatever the instruction was: most had none. */
static bool has_no_length(uint64_t esr)
{
	switch (esr_class(esr)) {
	case EC_DATA_ABORT_LOWER_EL:
	case EC_DATA_ABORT_SAME_EL:
		return !esr_bit(esr, 24); /* ISV */
	case EC_UNKNOWN:
	case EC_ILLEGAL_STATE:
	case EC_INSTRUCTION_ABORT_LOWER_EL:
	case EC_INSTRUCTION_ABORT_SAME_EL:
	case EC_PC_ALIGNMENT:
	case EC_SP_ALIGNMENT:
	case EC_SERROR:
	case EC_BREAKPOINT_LOWER_EL:
	case EC_BREAKPOINT_SAME_EL:
	case EC_SOFTWARE_STEP_LOWER_EL:
	case EC_SOFTWARE_STEP_SAME_EL:
	case EC_WATCHPOINT_LOWER_EL:
	case EC_WATCHPOINT_SAME_EL:
	case EC_VECTOR_CATCH_AARCH32:
		return true;
	default:
		return false;
	}
}

void esr_explain(struct sink *out, uint64_t esr)
{
	const enum esr_class ec = esr_class(esr);
	const char *name = register_name(esr);

	sink_printf(out, "%s = 0x%lx\n  ", name, esr);
	esr_print(out, esr);
	sink_printf(out, "\n");
	print_field(out, esr, 31, 26, "EC", esr_class_name(ec));
	print_field(out, esr, 25, 25, "IL",
		    FIELD_GET(ESR_EL1_IL, esr) ?
			    "32-bit instruction, or no instruction" :
		    has_no_length(esr) ? "reserved: of this class it is 1" :
					 "16-bit instruction");
	print_field(out, esr, 24, 0, "ISS", "");
	explain_fields(out, esr);
	explain_swap(out, esr);
	if (!is_reserved(esr)) {
		sink_printf(out, "Arm ARM (DDI 0487), %s, \"ISS encoding "
				 "for\n  %s\"\n",
			    name, esr_class_section(ec));
	}
}
