#!/bin/sh
# Installs the build into a folder and executes a plan with what is there, by the other names too.
# Usage: install_test.sh CMAKE BUILD_FOLDER
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" --install "$2" --prefix "$folder/usr" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }

bin=$folder/usr/bin
for program in headway headway-coordinator headway-worker execute-parallel-plan generate-execution-plan; do
  [ -x "$bin/$program" ] || { echo "$program is not installed"; exit 1; }
done
for page in headway headway-run execute-parallel-plan; do
  [ -s "$folder/usr/share/man/man1/$page.1" ] || { echo "the manual page $page is not installed"; exit 1; }
done

mkdir "$folder/project"
cd "$folder/project"
printf 'version: 1\ntickets:\n  - {id: A, run: echo A >> ledger}\n  - {id: B, run: echo B >> ledger, needs: [A]}\n' >plan.yaml
env -u HEADWAY_STATE_DIR -u HEADWAY_COORDINATOR PATH="$bin:$PATH" execute-parallel-plan plan.yaml --local 1 >out 2>&1 ||
  { cat out; exit 1; }
[ "$(cat ledger)" = "A
B" ] || { echo "the plan was not executed:"; cat out; exit 1; }
