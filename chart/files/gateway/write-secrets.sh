# Writes the secrets of remote servers to a file of lines NAME=value: write-secrets.sh FILE NAME...
# The values are in the variables SECRET_0, SECRET_1 and so on. The gateway takes secrets in no other form.
set -eu
umask 077
file=$1
shift

newline='
'
return=$(printf '\r')
refuse() {
  echo "mcpgen: remote secret $1 $2; make the Secret's value one line of text, for example with printf instead of echo" >&2
  exit 1
}

number=0
: >"$file"
for name; do
  eval "value=\$SECRET_$number"
  case $value in
    '') refuse "$name" "is empty" ;;
    *"$newline"* | *"$return"*) refuse "$name" "has a line break" ;;
  esac
  printf '%s=%s\n' "$name" "$value" >>"$file"
  number=$((number + 1))
done
