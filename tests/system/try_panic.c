#include "trespass.h"

#include "dev/dev.h"

/* One may be caught; this stops the machine. */
EL1_SNIPPET("panics")
{
	(void)t;
	panic("two are too many");
}
