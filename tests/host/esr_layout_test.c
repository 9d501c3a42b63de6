/* SPDX-License-Identifier: MIT */
/*
 * esr_layout_test.c - is each field of each class at its place, with its name,
 * and is no bit forgotten? The layouts are typed from the Arm ARM's pictures.
 */
#include "esr_text.h"

/*
 * The fields from bit 55 down, as ESR_EL1, ESR_EL2 and ESR_EL3 of the Arm ARM
 * (DDI 0487, M.a) have them, when every bit of ISS2 and ISS is set but those
 * that the row's `esr` says to be as they are there (`fixed`).
 */
#define ISS_BITS UINT64_C(0x00ffffff01ffffff)

static const struct {
	uint64_t esr, fixed;
	const char *fields;
} layouts[] = {
	/* Data aborts, by ISV and by status. */
	{ 0x9200000f, 0x0100003f,
	  "43 HDBSSF 42 TnD 41 TagAccess 40 GCS 39 AssuredOnly 38 Overlay "
	  "37 DirtyBit 36:32 Xs 24 ISV 21 TopLevel 15 FnP 13 VNCR 12:11 LST "
	  "9 EA 8 CM 7 S1PTW 6 WnR 5:0 DFSC "
	  "55:44 RES0 23:22 RES0 20:16 RES0 14 RES0 10 RES0" },
	{ 0x97000007, 0x0100003f,
	  "40 GCS 36:32 Xs 24 ISV 23:22 SAS 21 SSE 20:16 SRT 15 SF 14 AR "
	  "13 VNCR 12:11 LST 9 EA 8 CM 7 S1PTW 6 WnR 5:0 DFSC "
	  "55:41 RES0 39:37 RES0 10 RES0" },
	{ 0x96000010, 0x0100003f,
	  "40 GCS 24 ISV 21 TopLevel 17:16 WU 15 FnP 14 PFV 13 VNCR 12:11 SET "
	  "10 FnV 9 EA 8 CM 7 S1PTW 6 WnR 5:0 DFSC "
	  "55:41 RES0 39:32 RES0 23:22 RES0 20:18 RES0" },
	{ 0x96000015, 0x0100003f,
	  "43 HDBSSF 40 GCS 24 ISV 21 TopLevel 17:16 WU 15 FnP 14 PFV 13 VNCR "
	  "12:11 SET 9 EA 8 CM 7 S1PTW 6 WnR 5:0 DFSC "
	  "55:44 RES0 42:41 RES0 39:32 RES0 23:22 RES0 20:18 RES0 10 RES0" },
	{ 0x96000011, 0x0100003f, /* a tag check: not external */
	  "40 GCS 24 ISV 21 TopLevel 15 FnP 13 VNCR 9 EA 8 CM 7 S1PTW "
	  "6 WnR 5:0 DFSC 55:41 RES0 39:32 RES0 23:22 RES0 20:16 RES0 14 RES0 "
	  "12:10 RES0" },
	{ 0x96000024, 0x0100003f, /* granule protection, on a walk */
	  "43 HDBSSF 40 GCS 24 ISV 21 TopLevel 15 FnP 13 VNCR 9 EA 8 CM "
	  "7 S1PTW 6 WnR 5:0 DFSC 55:44 RES0 42:41 RES0 39:32 RES0 23:22 RES0 "
	  "20:16 RES0 14 RES0 12:10 RES0" },
	{ 0x8600000f, 0x3f,
	  "43 HDBSSF 39 AssuredOnly 38 Overlay 37 DirtyBit 21 TopLevel "
	  "9 EA 7 S1PTW 5:0 IFSC 55:44 RES0 42:40 RES0 36:32 RES0 24:22 RES0 "
	  "20:10 RES0 8 RES0 6 RES0" },
	{ 0x82000010, 0x3f,
	  "21 TopLevel 14 PFV 12:11 SET 10 FnV 9 EA 7 S1PTW 5:0 IFSC "
	  "55:32 RES0 24:22 RES0 20:15 RES0 13 RES0 8 RES0 6 RES0" },
	/* Granule protection checks of data and instructions; errors. */
	{ 0x7a000028, 0x0010003f,
	  "43 HDBSSF 40 GCS 21 S2PTW 20 InD 19:14 GPCSC 13 VNCR 8 CM 7 S1PTW "
	  "6 WnR 5:0 xFSC 55:44 RES0 42:41 RES0 39:32 RES0 24:22 RES0 "
	  "12:9 RES0" },
	{ 0x7a100028, 0x0010003f,
	  "43 HDBSSF 40 GCS 21 S2PTW 20 InD 19:14 GPCSC 8 CM 7 S1PTW "
	  "5:0 xFSC 55:44 RES0 42:41 RES0 39:32 RES0 24:22 RES0 13:9 RES0 "
	  "6 RES0" },
	{ 0xbe000011, 0x0100003f,
	  "24 IDS 18 ELS 17:16 WU 15 VFV 14 PFV 13 IESB 12:10 AET 9 EA 7 WnRV "
	  "6 WnR 5:0 DFSC 55:32 RES0 23:19 RES0 8 RES0" },
	{ 0xbe000000, 0x0100003f, "24 IDS 5:0 DFSC 55:32 RES0 23:6 RES0" },
	{ 0xbf000000, 0, "24 IDS 23:0 IMP DEF 55:32 RES0" },
	/* The other classes, in their order. */
	{ 0x02000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x06000000, 0, "24 CV 23:20 COND 9:5 RN 2 RV 1:0 TI "
	  "55:32 RES0 19:10 RES0 4:3 RES0" },
	{ 0x06000000, 2, "24 CV 23:20 COND 9:5 RN 1:0 TI "
	  "55:32 RES0 19:10 RES0 4:2 RES0" },
	{ 0x0e000000, 0, "24 CV 23:20 COND 19:17 Opc2 16:14 Opc1 13:10 CRn "
	  "9:5 Rt 4:1 CRm 0 Direction 55:32 RES0" },
	{ 0x12000000, 0, "24 CV 23:20 COND 19:16 Opc1 14:10 Rt2 9:5 Rt 4:1 CRm "
	  "0 Direction 55:32 RES0 15 RES0" },
	{ 0x16000000, 0, "24 CV 23:20 COND 19:17 Opc2 16:14 Opc1 13:10 CRn "
	  "9:5 Rt 4:1 CRm 0 Direction 55:32 RES0" },
	{ 0x1a000000, 0, "24 CV 23:20 COND 19:12 imm8 9:5 Rn 4 Offset 3:1 AM "
	  "0 Direction 55:32 RES0 11:10 RES0" },
	{ 0x1e000000, 0, "24 CV 23:20 COND 55:32 RES0 19:0 RES0" },
	{ 0x22000000, 0, "24 CV 23:20 COND 19:17 Opc2 16:14 Opc1 13:10 CRn "
	  "9:5 Rt 4:1 CRm 0 Direction 55:32 RES0" },
	{ 0x26000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x2a000000, 0, "24:0 ISS 55:32 RES0" },
	{ 0x32000000, 0, "24 CV 23:20 COND 19:16 Opc1 14:10 Rt2 9:5 Rt 4:1 CRm "
	  "0 Direction 55:32 RES0 15 RES0" },
	{ 0x36000000, 0, "1:0 BTYPE 55:32 RES0 24:2 RES0" },
	{ 0x3a000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x46000000, 0, "15:0 imm16 55:32 RES0 24:16 RES0" },
	{ 0x4a000000, 0, "15:0 imm16 55:32 RES0 24:16 RES0" },
	{ 0x4e000000, 0, "24 CV 23:20 COND 19 CCKNOWNPASS "
	  "55:32 RES0 18:0 RES0" },
	{ 0x4e000000, 1 << 19, "19 CCKNOWNPASS "
	  "55:32 RES0 24:20 RES0 18:0 RES0" },
	{ 0x52000000, 0, "21:20 Op0 19:17 Op2 16:14 Op1 13:10 CRn 9:6 Rt "
	  "4:1 CRm 0 Direction 55:32 RES0 24:22 RES0 5 RES0" },
	{ 0x56000000, 0, "15:0 imm16 55:32 RES0 24:16 RES0" },
	{ 0x5a000000, 0, "15:0 imm16 55:32 RES0 24:16 RES0" },
	{ 0x5e000000, 0, "15:0 imm16 55:32 RES0 24:16 RES0" },
	{ 0x62000000, 0, "21:20 Op0 19:17 Op2 16:14 Op1 13:10 CRn 9:5 Rt "
	  "4:1 CRm 0 Direction 55:32 RES0 24:22 RES0" },
	{ 0x66000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x6a000000, 0, "1 ERET 0 ERETA 55:32 RES0 24:2 RES0" },
	{ 0x6a000000, 2, "1 ERET 55:32 RES0 24:2 RES0 0 RES0" },
	{ 0x6e000000, 0, "9:5 Rd 55:32 RES0 24:10 RES0 4:0 RES0" },
	{ 0x72000000, 0, "1 DnI 0 BnA 55:32 RES0 24:2 RES0" },
	{ 0x76000000, 0, "2:0 SMTC 55:32 RES0 24:3 RES0" },
	{ 0x7e000000, 0, "24:0 IMP DEF 55:32 RES0" },
	{ 0x8a000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x9a000000, 0, "55:32 RES0 24:0 RES0" },
	{ 0x9e000000, 0, "24 MemInst 23 isSETG 22:19 Options 18 FromEpilogue "
	  "17:16 FormatOption 14:10 destreg 9:5 srcreg 4:0 sizereg "
	  "55:32 RES0 15 RES0" },
	{ 0xa2000000, 0, "23 TFV 10:8 VECITR 7 IDF 4 IXF 3 UFF 2 OFF 1 DZF "
	  "0 IOF 55:32 RES0 24 RES0 22:11 RES0 6:5 RES0" },
	{ 0xb2000000, 0, "23 TFV 10:8 VECITR 7 IDF 4 IXF 3 UFF 2 OFF 1 DZF "
	  "0 IOF 55:32 RES0 24 RES0 22:11 RES0 6:5 RES0" },
	{ 0xb6000000, 15 << 20, "23:20 ExType 9:5 Rn 4:0 IT "
	  "55:32 RES0 24 RES0 19:10 RES0" },
	{ 0xb6100000, 15 << 20, "23:20 ExType "
	  "55:32 RES0 24 RES0 19:0 RES0" },
	{ 0xb6200000, 15 << 20, "23:20 ExType 14:10 Raddr 9:5 Rvalue "
	  "55:32 RES0 24 RES0 19:15 RES0 4:0 RES0" },
	{ 0xc2000000, 0, "5:0 IFSC 55:32 RES0 24:6 RES0" },
	{ 0xc6000000, 0, "5:0 IFSC 55:32 RES0 24:6 RES0" },
	{ 0xca000000, 0, "24 ISV 6 EX 5:0 IFSC 55:32 RES0 23:7 RES0" },
	{ 0xce000000, 1 << 24, "24 ISV 5:0 IFSC 55:32 RES0 23:6 RES0" },
	{ 0xd2000000, 0, "40 GCS 23:18 WPT 17 WPTV 16 WPF 15 FnP 13 VNCR "
	  "10 FnV 8 CM 6 WnR 5:0 DFSC 55:41 RES0 39:32 RES0 24 RES0 14 RES0 "
	  "12:11 RES0 9 RES0 7 RES0" },
	{ 0xd6000000, 0, "40 GCS 23:18 WPT 17 WPTV 16 WPF 15 FnP 13 VNCR "
	  "10 FnV 8 CM 6 WnR 5:0 DFSC 55:41 RES0 39:32 RES0 24 RES0 14 RES0 "
	  "12:11 RES0 9 RES0 7 RES0" },
	{ 0xe2000000, 0, "15:0 Comment 55:32 RES0 24:16 RES0" },
	{ 0xea000000, 0, "5:0 IFSC 55:32 RES0 24:6 RES0" },
	{ 0xf2000000, 0, "15:0 Comment 55:32 RES0 24:16 RES0" },
	{ 0xf6000000, 0, "5:1 FSC 0 SYNC 55:32 RES0 24:6 RES0" },
	{ 0x0a000000, 0, "55:32 RES0 24:0 RES0" }, /* a reserved class */
};

/* The line after this one; at the end, the NUL. */
static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL ? end + 1 : line + strlen(line);
}

/* The lines of a long form that describe a field of ISS2 or ISS. */
static const char *field_lines(uint64_t esr)
{
	const char *line = strstr(text_of(esr_explain, esr), "\n   24:0  ISS ");

	return next_line(line + 1);
}

/* "  17:16  WU …": its bits as msb and lsb; false for another line. */
static bool bits_of(const char *line, unsigned int *msb, unsigned int *lsb)
{
	char *end;

	*msb = *lsb = (unsigned int)strtoul(line, &end, 10);
	if (end == line) {
		return false;
	}
	if (*end == ':') {
		*lsb = (unsigned int)strtoul(end + 1, &end, 10);
	}
	return end[0] == ' ' && end[1] == ' ';
}

/* "43 HDBSSF 42 TnD …" of a long form. */
static void list_fields(uint64_t esr, char *list, size_t size)
{
	unsigned int msb, lsb;

	list[0] = '\0';
	for (const char *line = field_lines(esr); bits_of(line, &msb, &lsb);
	     line = next_line(line)) {
		const char *bits = line + strspn(line, " ");
		const char *name = line + strlen("  24:0  ") + 1;
		const size_t len = strlen(list);

		snprintf(list + len, size - len, "%s%.*s %.*s",
			 len > 0 ? " " : "", (int)strcspn(bits, " "), bits,
			 (int)(strstr(name, "  ") - name), name);
	}
}

TEST(esr_layout, every_class_has_the_fields_of_the_arm_arm)
{
	bool seen[64] = { false };
	char list[1024];

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		const uint64_t esr = layouts[i].esr |
				     (ISS_BITS & ~layouts[i].fixed);

		seen[layouts[i].esr >> 26] = true;
		list_fields(esr, list, sizeof(list));
		if (!EXPECT(same_text(list, layouts[i].fields))) {
			test_note("0x%lx: got \"%s\"", esr, list);
		}
	}
	for (unsigned int ec = 0; ec < 64; ec++) {
		if (strstr(esr_class_name(ec), "reserved") == NULL &&
		    !EXPECT(seen[ec])) {
			test_note("class 0x%x has no row", ec);
		}
	}
}

/* How often the lines of the long form show this bit; each time it is set. */
static unsigned int times_shown(uint64_t esr, unsigned int bit)
{
	unsigned int msb, lsb, times = 0;

	for (const char *line = field_lines(esr); bits_of(line, &msb, &lsb);
	     line = next_line(line)) {
		if (lsb <= bit && bit <= msb) {
			const char *value = strstr(line, " 0x") + 3;

			EXPECT_EQ(strtoul(value, NULL, 16), 1UL << (bit - lsb));
			EXPECT(line[9] != ' '); /* it has a name */
			times++;
		}
	}
	return times;
}

TEST(esr_layout, every_bit_of_every_class_has_a_name_or_is_res0)
{
	for (unsigned int i = 0; i < 64 * 64; i++) {
		const unsigned int ec = i / 64, bit = i % 64;
		const uint64_t esr = (uint64_t)ec << 26 | UINT64_C(1) << bit;

		if (bit < 25 || bit >= 32) {
			if (!EXPECT_EQ(times_shown(esr, bit), 1)) {
				test_note("0x%lx", esr);
			}
		}
	}
}
