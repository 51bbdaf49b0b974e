# Runs in a restricted shell with an empty PATH: sources every file here, and prints what each one sets.
for file in f*; do
    (
        . "$file"
        for name in "${!A@}" "${!B@}" "${!C@}" "${!D@}" "${!E@}" "${!K@}" "${!L@}" "${!Z@}" "${!_@}" "${!a@}" \
            "${!b@}" "${!k@}" "${!w@}" "${!n@}"; do
            printf '%s\0%s\0' "$name" "${!name}"
        done
    )
    printf '\1%s\0\0' "$file"
done
