# A working day of a shell: pipes, here-documents, background jobs, traps, command substitution, functions, redirection.
set -u
say() { printf '%s: %s\n' "$1" "$2"; }
cd tmp

# Variables and parameter expansion
path=/usr/lib/libc.so.6
say base "${path##*/}"
say dir "${path%/*}"
say default "${missing:-none}"
say length "${#path}"
say replaced "$(echo "$path" | sed 's,/,.,g')"
count=0
while [ $count -lt 5 ]; do
	count=$((count + 1))
	[ $count -eq 2 ] && continue
	[ $count -eq 5 ] && break
	say loop $count
done
say arithmetic $(( (count * 7 - 3) % 10 << 2 ))

# Files, here-documents
cat > fruit.txt <<END
pear 3
apple $((5 * 2))
fig 7
END
cat >> fruit.txt <<'END'
quince $literal
END
sort fruit.txt | head -n 2
grep -c . < fruit.txt
while read -r name number; do
	case $name in
	a*|p*) say "$name" "$number" ;;
	*) say other "$name" ;;
	esac
done < fruit.txt
cut -d ' ' -f 1 fruit.txt | tr a-z A-Z | sort -r

# Functions, local variables, recursion
factorial() {
	if [ "$1" -le 1 ]; then
		echo 1
	else
		echo $(( $1 * $(factorial $(($1 - 1))) ))
	fi
}
say factorial "$(factorial 6)"
outer() { local x=inside; inner; }
inner() { say x "$x"; }
x=outside
outer
inner

# Background jobs and their results
for n in 3 1 2; do
	(echo "job $n"; exit $n) > job.$n &
	eval "pid$n=$!"
done
for n in 1 2 3; do
	eval "wait \$pid$n"
	say "status of $n" $?
done
cat job.1 job.2 job.3
mkfifo queue
(for i in 1 2 3; do echo "item $i"; done > queue) &
while read -r line; do say consumer "$line"; done < queue
wait
say waited $?

# Pipelines, and what they are worth
true | false
say pipeline $?
false || say either right
(exit 9)
say subshell $?
seq 1 20 | grep 1 | wc -l | tr -d ' '
echo one two three | while read -r a b; do say "$a" "$b"; done
say nested "$(echo "$(echo deep | tr d D)" | sed 's/e/E/g')"

# Redirections
{ echo to output; echo to error >&2; } > out 2> err
say out "$(cat out)"
say err "$(cat err)"
exec 3> third
echo "by number three" >&3
exec 3>&-
cat third
ls no-such-file 2> /dev/null || say ls failed

# Signals and traps
trap 'say trap usr1' USR1
kill -USR1 $$
(trap 'say child term; exit 4' TERM; kill -TERM $(sh -c 'echo $PPID'); sleep 5)
say child $?
sleep 100 &
kill $!
# Says by which signal only if it has to wait.
wait $! 2> /dev/null
say killed $?
sh -c 'kill -KILL $$'
say sigkill $?
trap - USR1

# Positional parameters, getopts
set -- -a -b value rest
while getopts ab: option; do
	say option "$option ${OPTARG:-}"
done
shift $((OPTIND - 1))
say rest "$*"
IFS=:
set -- $(echo x:y:z)
say fields "$# $3"
unset IFS

rm -f fruit.txt job.* queue out err third
say left "$(ls | wc -l | tr -d ' ')"
trap 'say bye "$?"' EXIT
exit 17
