#!/bin/bash
# propose.sh FOLDER: opens a pull request with FOLDER/change.patch and FOLDER/words.md, or tells the issue what is wrong.
# Needs ISSUE (its number), GH_TOKEN and GITHUB_REPOSITORY. Nothing of the issue's text is read as a command.
set -euo pipefail
made=$(realpath "$1")
[[ "$ISSUE" =~ ^[0-9]+$ ]]
if [ ! -s "$made/change.patch" ]; then
  gh issue comment "$ISSUE" --repo "$GITHUB_REPOSITORY" --body-file "$made/words.md"
  exit 0
fi
# One entry, changed in place: no other file, none that is new, gone, moved or a link.
git apply --check "$made/change.patch"
if grep -qE '^(new|deleted|old) (file )?mode|^(rename|copy|similarity) |^GIT binary' "$made/change.patch"; then
  echo "The change does more than edit a file." >&2
  exit 1
fi
git apply --numstat -z "$made/change.patch" | tr '\0' '\n' > "$made/files.txt"
if [ "$(wc -l < "$made/files.txt")" != 1 ] ||
  ! grep -qP '^\d+\t\d+\tdata/resources/[a-z]{2}/[a-z_]+/[a-z0-9-]+\.yml$' "$made/files.txt"; then
  echo "The change is not one of a single entry." >&2
  exit 1
fi
branch="entry-$ISSUE"
git switch --quiet --create "$branch"
git apply --index "$made/change.patch"
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
  commit --quiet --message "Entry of issue $ISSUE"
gh auth setup-git
git push --quiet --force "https://github.com/$GITHUB_REPOSITORY.git" "$branch"
{
  echo "From issue #$ISSUE. Before merging: is it said by whom it says? Does anything tell of a person, or of a hidden place?"
  echo
  cat "$made/words.md"
} > "$made/body.md"
if gh pr view "$branch" --repo "$GITHUB_REPOSITORY" --json state --jq .state 2>/dev/null | grep -qx OPEN; then
  gh pr edit "$branch" --repo "$GITHUB_REPOSITORY" --body-file "$made/body.md"
else
  gh pr create --repo "$GITHUB_REPOSITORY" --head "$branch" --title "Entry of issue $ISSUE" --body-file "$made/body.md"
fi
