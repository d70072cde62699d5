# rows.awk: the public symbols of the .lyra files, as rows of built-ins (C text).
#
#   awk -f stdlib/rows.awk FILE.lyra… > build/library_rows.c
#
# Declarations begin a line and end with a semicolon at the end of a line:
#
#   Begin["System`Name`"];                                  where the file's own symbols are
#   F::usage = "F[x] gives …" <> "…";                       F is public
#   F::tag = "…";                                           text of a message
#   SyntaxInformation[F] = {"ArgumentsPattern" -> {_, _.}}; numbers of arguments; else: any number
#   SetAttributes[F, Listable];                             or lists; Protected goes without saying
#
# A line "F = …" makes F a variable. Whatever else the file says is for the compiler.

function fail(message) { printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"; failed = 1 }

# The C constant of an attribute: NHoldAll is LY_N_HOLD_ALL.
function constant(name,    i, c, text)
{
    text = "LY"
    for (i = 1; i <= length(name); i++) {
        c = substr(name, i, 1)
        text = text (c ~ /[A-Z]/ ? "_" : "") toupper(c)
    }
    return text
}

# The names in "F" or "{F, G}", into list; gives how many.
function names(text, list)
{
    gsub(/[{} ]/, "", text)
    return split(text, list, ",")
}

function declare(name)
{
    if (name in file_of) return
    file_of[name] = file
    order[++count] = name
    attributes[name] = "LY_PROTECTED"
    least[name] = 0
    most[name] = -1
    effects[name] = "LY_ANY_COUNT"
}

# One declaration, on one line by now.
function declaration(text,    name, tag, value, i, n, m, list, more)
{
    if (match(text, /^[A-Za-z$][A-Za-z0-9$]*::[A-Za-z0-9]+ *= *"/)) {
        name = substr(text, 1, index(text, "::") - 1)
        tag = substr(text, index(text, "::") + 2)
        value = substr(tag, index(tag, "\""))
        sub(/ *=.*/, "", tag)
        sub(/ *;[ \t]*$/, "", value)
        gsub(/" *<> *"/, "", value)
        if (value !~ /^"([^"\\]|\\.)*"$/) return fail("the text of " name "::" tag " is no string")
        if (tag == "usage") {
            declare(name)
            usage[name] = value
        } else
            messages[++message_count] = "MESSAGE(" name ", " tag ", " value ")"
    } else if (text ~ /^SyntaxInformation\[/) {
        name = substr(text, 19)
        sub(/\].*/, "", name)
        if (!(name in file_of)) return fail(name " has no usage before this")
        value = text
        if (!match(value, /"ArgumentsPattern" *-> *\{[^}]*\}/)) return fail("no ArgumentsPattern")
        value = substr(value, RSTART, RLENGTH)
        sub(/^[^{]*\{/, "", value)
        n = names(value, list)
        least[name] = most[name] = 0
        effects[name] = "LY_PURE"
        for (i = 1; i <= n; i++) {
            if (list[i] == "_" || list[i] == "__") least[name]++
            if (list[i] == "__" || list[i] == "___" || list[i] ~ /^OptionsPattern/) most[name] = -1
            else if (list[i] !~ /^_\.?$/) return fail("what is " list[i] " in ArgumentsPattern?")
            else if (most[name] >= 0) most[name]++
        }
    } else if (text ~ /^SetAttributes\[/) {
        value = substr(text, 15)
        sub(/\] *;[ \t]*$/, "", value)
        if (value ~ /^\{/) {
            i = index(value, "}")
            n = names(substr(value, 1, i), list)
            value = substr(value, i + 1)
            sub(/^ *, */, "", value)
        } else {
            i = index(value, ",")
            n = names(substr(value, 1, i - 1), list)
            value = substr(value, i + 1)
        }
        m = names(value, more)
        for (; n > 0; n--)
            for (i = 1; i <= m && list[n] in file_of; i++)
                attributes[list[n]] = attributes[list[n]] " | " constant(more[i])
    }
}

FNR == 1 {
    file = file_count++
    path[file] = FILENAME
    open = ""
}
open != "" {
    line = $0
    sub(/^[ \t]+/, " ", line)
    open = open line
}
open == "" && /^Begin\["System`[A-Za-z]+`"\];/ && !(file in context) {
    context[file] = $0
    sub(/^Begin\["/, "", context[file])
    sub(/"\];.*/, "", context[file])
}
open == "" && (/^[A-Za-z$][A-Za-z0-9$]*::[A-Za-z0-9]+ *=/ || /^SyntaxInformation\[/ || /^SetAttributes\[/) { open = $0 }
open != "" && /;[ \t]*$/ {
    declaration(open)
    open = ""
    next
}
open == "" && /^[A-Za-z$][A-Za-z0-9$]* *=[^=]/ {
    name = $1
    sub(/=.*/, "", name)
    if (name in file_of) variable[name] = 1
}
open == "" && /^[A-Za-z$]/ {
    name = $0
    sub(/[^A-Za-z0-9$].*/, "", name)
    defined[name] = 1
}

END {
    for (i = 0; i < file_count; i++)
        if (!(i in context)) {
            printf "%s:1: it has no line Begin[\"System`Name`\"];\n", path[i] > "/dev/stderr"
            failed = 1
        }
    for (i = 1; i <= count; i++)
        if (!(order[i] in defined)) {
            printf "%s:1: %s has a usage, but no definition\n", path[file_of[order[i]]], order[i] > "/dev/stderr"
            failed = 1
        }
    if (failed) exit 1
    print "/* Made by stdlib/rows.awk from the .lyra files. */"
    print "#include \"eval/eval.h\"\n#include \"eval/library.h\"\n"
    for (i = 1; i <= count; i++) {
        name = order[i]
        if (name in variable)
            printf "BUILTIN_RULES_VALUE(%s, %d, %s,\n    %s)\n", name, file_of[name], attributes[name], usage[name]
        else
            printf "BUILTIN_RULES(%s, %d, %d, %d, %s, %s,\n    %s)\n", name, file_of[name], least[name],
                   most[name], attributes[name], effects[name], usage[name]
    }
    for (i = 1; i <= message_count; i++) print messages[i]
    for (i = 0; i < file_count; i++) {
        printf "\nstatic const ly_library_symbol *const symbols_%d[] = {", i
        for (k = 1; k <= count; k++)
            if (file_of[order[k]] == i) printf "&ly_row_%s, ", order[k]
        print "NULL};"
    }
    print "\nconst ly_library_file ly_library_files[] = {"
    for (i = 0; i < file_count; i++)
        printf "    {\"%s\", \"%s\", symbols_%d},\n", path[i], context[i], i
    print "    {NULL, NULL, NULL}};"
}
