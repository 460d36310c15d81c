/* A byte-code interpreter: a dense switch in a loop, as every scripting language has one. */
#include <stdio.h>
#include <stdlib.h>

enum { PUSH, ADD, SUB, MUL, XOR, DUP, SWAP, JNZ, LOAD, STORE, HALT };

/* n in slot 0, accumulator in slot 1: acc = (acc * 3 + n) ^ (acc - n), until n is 0. */
static const signed char program[] = {
	LOAD, 1, PUSH, 3, MUL, LOAD, 0, ADD, LOAD, 1, LOAD, 0, SUB, XOR, STORE, 1,
	LOAD, 0, PUSH, 1, SUB, DUP, STORE, 0, JNZ, -26, HALT,
};

static long run(long n)
{
	long stack[16], slots[2] = { n, 1 }, t;
	long *sp = stack;
	const signed char *pc = program;

	for (;;) {
		switch (*pc++) {
		case PUSH:
			*sp++ = *pc++;
			break;
		case ADD:
			sp--;
			sp[-1] += sp[0];
			break;
		case SUB:
			sp--;
			sp[-1] -= sp[0];
			break;
		case MUL:
			sp--;
			sp[-1] *= sp[0];
			break;
		case XOR:
			sp--;
			sp[-1] ^= sp[0];
			break;
		case DUP:
			sp[0] = sp[-1];
			sp++;
			break;
		case SWAP:
			t = sp[-1];
			sp[-1] = sp[-2];
			sp[-2] = t;
			break;
		case JNZ:
			t = *pc++;
			if (*--sp)
				pc += t;
			break;
		case LOAD:
			*sp++ = slots[*pc++];
			break;
		case STORE:
			slots[*pc++] = *--sp;
			break;
		case HALT:
			return slots[1];
		}
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	long sum = 0;

	while (rounds--)
		sum ^= run(10000 + rounds);
	printf("%lx\n", sum);
	return 0;
}
