/** The shell and its programs, by what somebody at the console would type: a line each time that all wait. */
import { describe, expect, it } from 'vitest';
import { runGuest } from '../lab/testing.ts';

/** What is on the screen, without the lines that were typed. */
async function session(...lines: string[]): Promise<{ screen: string; exit: number }> {
  const { output, exit } = await runGuest({ app: 'sh', input: lines.join(''), maxInstructions: 400_000_000 });
  return { screen: output.split('\n').filter((line) => !/^[$>] /.test(line)).join('\n').trim(), exit };
}

describe('sh', () => {
  it('runs programs, with pipes and redirection', async () => {
    const { screen, exit } = await session('echo one two | wc\n', 'yes | head -n 2\n', 'echo first > /f; echo second >> /f; grep -n s < /f\n',
      'cat /none 2> /e || cat /e\n', 'nosuch\n', 'ls /bin | grep -c ^c\n', 'exit 7\n');
    expect(screen).toBe(['1      2      8', 'y', 'y', '1:first', '2:second', 'cat: /none: No such file or directory',
      'sh: nosuch: not found', '1'].join('\n'));
    expect(exit).toBe(7);
  });

  it('tells whoever asks for help what there is, and takes the short form of head', async () => {
    const { screen } = await session('help\n', 'yes | head -2\n', 'head -0 /bin/sh; head -n 1 -x; echo $?\n', 'exit\n');
    expect(screen).toMatch(/of itself:\n: \[ bg break cd continue exit export fg help jobs kill pwd read return shift test trap unset wait\nOther commands/);
    expect(screen).toMatch(/\ny\ny\nhead: invalid option -- 'x'\n2$/);
  });

  it('knows variables, quotes, substitution, conditions and loops', async () => {
    const { screen } = await session('x=5; echo "$x  is" \'$x\' $((x * 2 + 1)) ${y:-none} $(echo sub | cat)\n',
      'if [ $x -lt 6 ]; then echo less; else echo more; fi\n',
      'for i in 1 2 3; do if test $i = 2; then echo two; fi; done\n', 'n=0; while [ $n -lt 3 ]; do n=$((n + 1)); done; echo $n\n',
      'false; echo $?; ! true; echo $?; true && echo and; false || echo or\n', 'echo "more\n',
      'lines"\n', '(cd /bin; pwd); pwd; echo /bin/*al*\n', 'exit\n');
    expect(screen).toBe(['5  is $x 11 none sub', 'less', 'two', '3', '1', '1',
      'and', 'or', 'more', 'lines', '/bin', '/', '/bin/false'].join('\n'));
  });

  it('knows case, functions, here-documents and traps', async () => {
    const { screen, exit } = await session(
      'for w in apple fig 7 "*"; do case $w in (a*|f?g) echo short;; "*") echo star;; [0-9]) echo digit;; *) echo other; esac; done\n',
      'add() { echo $(($1 + $2)); return 3; echo never; }\n', 'add 1 2; echo $? $#; add 3 4 | wc | head -1\n',
      'x=mid; cat <<END; cat <<\'RAW\' | wc; echo after\n', '"$x" $(echo sub) \\$x\n', '\tEND\n', 'END\n', '$x `\n', 'RAW\n',
      'f() { while read line; do case $line in stop) return;; skip) continue; esac; echo "<$line>"; done; }\n',
      'f <<-E\n', '\tone\n', '\tskip\n', '\ttwo\n', '\tstop\n', '\tthree\n', '\tE\n',
      'cat <<E\n', '${x\n', 'E\n',
      'trap "echo usr" USR1; kill -USR1 $$; echo then; trap; trap - USR1; trap "echo bye \\$?" EXIT; (exit 5)\n', 'exit 4\n');
    expect(screen.replace(/^ +(?=\d)/gm, '')).toBe(['short', 'short', 'digit', 'star', '3', '3 0', '1      1      2', '"mid" sub $x', '\tEND',
      '1      2      5', 'after',
      '<one>', '<two>', "sh: syntax error near ''", 'usr', 'then', "trap -- 'echo usr' USR1", 'bye 4'].join('\n'));
    expect(exit).toBe(4);
  });

  it('has jobs: Ctrl-C ends the one in the foreground, Ctrl-Z stops it, fg and bg go on with it', async () => {
    const { output, exit } = await runGuest({ app: 'sh', maxInstructions: 400_000_000,
      input: 'cat\n\x03echo status $?\ncat | wc\none two\n\x1ajobs\nfg\n\x04cat &\njobs\nfg\nback\n\x04while true; do cat; done\n\x03exit\n' });
    expect(output).toContain('status 130');
    expect(output).toMatch(/\^Z\n\[1\]\+ {2}Stopped {4}cat \| wc\n/);
    expect(output).toMatch(/\n {6}1 {6}2 {6}8\n/);
    // One that reads in the background stops, and has the terminal afterwards.
    expect(output).toMatch(/\[1\]\+ {2}Stopped {4}cat \n[^]*fg\ncat \nback\nback\n/);
    expect(exit).toBe(130);
  });

  it('does not go on with a job that has ended meanwhile: it says so, and is done with it', async () => {
    const { screen } = await session('sleep 5 &\n', 'fg\n', 'fg\n', 'exit\n');
    expect(screen).toMatch(/^\[1\] \d+\nsh: fg: job has terminated\n\[1\]\+ {2}Done {7}sleep 5 \nsh: fg: no such job$/);
  });
});
