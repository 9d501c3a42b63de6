#include "rt.h"
int main(int argc, char **argv)
{ for (char **a = argv + 1; *a != NULL; a++) printf("<%s>\n", *a); return 0; }
