/* SPDX-License-Identifier: MIT */
/* BootServerName= and BootFilename=, what a machine boots from.
 *
 * Invariant: of boot_files, no two have the same conditions, and the one without conditions, which
 * is everybody's, comes last. */

#include <errno.h>
#include <string.h>

#include "basic/buffer.h"
#include "basic/suggest.h"
#include "basic/text.h"
#include "setting/assignment.h"
#include "setting/parsers.h"
#include "wire/protocol.h"

enum {
        BOOT_FILENAME_MAX = 255, /* what does not fit into the field file is option 67 alone */
        BOOT_FILES_MAX = 256,
        CLASS_MAX = 255,
};

/* Option 93, RFC 4578 2.1 and IANA's "Processor Architecture Types". RFC 4578 had 7 and 9 the other
 * way round before its erratum, so that firmware for x64 sends either. */
static const struct {
        const char *name;
        uint16_t number;
        uint16_t synonym; /* 0 = none */
} architectures[] = {
        {"bios", 0, 0},
        {"uefi-x86", 6, 0},
        {"uefi-x64", 7, 9},
        {"uefi-ebc", 9, 0},
        {"uefi-arm32", 10, 0},
        {"uefi-arm64", 11, 0},
        {"uefi-x86-http", 15, 0},
        {"uefi-x64-http", 16, 0},
        {"uefi-arm32-http", 18, 0},
        {"uefi-arm64-http", 19, 0},
        {"bios-http", 20, 0},
        {"uefi-riscv64", 27, 0},
        {"uefi-riscv64-http", 28, 0},
        {"uefi-loongarch64", 39, 0},
        {"uefi-loongarch64-http", 40, 0},
};

int setting_parse_boot_server_name(const Assignment *assignment, void *target) {
        const char *name = assignment->value;
        ReplySettings *reply = target;
        _cleanup_free_ char *copy = NULL;
        int r;

        if (!domain_name_is_valid(name))
                return assignment_refuse(assignment,
                        "not a host name or address, which looks like boot.home.arpa or "
                        "192.168.1.2");
        copy = strdup(name);
        if (!copy)
                return -ENOMEM;
        r = reply_settings_put(assignment, reply, DHCP_OPTION_TFTP_SERVER_NAME, name, strlen(name));
        if (r < 0)
                return r;
        free(reply->server_name);
        reply->server_name = TAKE_PTR(copy);
        return 0;
}

void setting_reset_boot_server_name(const SettingKey *key, void *target) {
        ReplySettings *reply = target;

        setting_reset_option(key, target);
        free(reply->server_name);
        reply->server_name = NULL;
}

static void boot_file_done(BootFile *file) {
        free(file->vendor_class);
        free(file->user_class);
        free(file->name);
}

static bool boot_file_is_for_all(const BootFile *file) {
        return file->n_architectures == 0 && !file->vendor_class && !file->user_class;
}

static bool boot_files_compete(const BootFile *a, const BootFile *b) {
        return a->n_architectures == b->n_architectures &&
               memcmp(a->architectures, b->architectures, sizeof(a->architectures)) == 0 &&
               string_equal(a->vendor_class, b->vendor_class) &&
               string_equal(a->user_class, b->user_class);
}

/* The unused places are 0, for boot_files_compete(). */
static void boot_file_set_architecture(
        BootFile *file, const char *name, uint16_t number, uint16_t synonym) {
        file->architecture_name = name;
        file->architectures[0] = number;
        file->architectures[1] = synonym;
        file->n_architectures = synonym != 0 ? 2 : 1;
}

static int parse_architecture(const Assignment *assignment, const char *value, BootFile *file) {
        char shown[QUOTE_MAX];
        uint64_t number;

        for (size_t i = 0; i < ELEMENTSOF(architectures); i++)
                if (string_equal(value, architectures[i].name)) {
                        boot_file_set_architecture(file, architectures[i].name,
                                architectures[i].number, architectures[i].synonym);
                        return 0;
                }
        if (parse_u64(value, UINT16_MAX, &number) < 0)
                return assignment_refuse(assignment,
                        "'%s' is neither a number of RFC 4578 nor one of bios, uefi-x86, "
                        "uefi-x64, uefi-ebc, uefi-arm32, uefi-arm64, uefi-riscv64, "
                        "uefi-loongarch64, and most of these with -http",
                        quote(value, shown));
        boot_file_set_architecture(file, NULL, (uint16_t) number, 0);
        return 0;
}

int boot_architecture_from_string(const char *text, uint16_t *ret) {
        uint64_t number;

        for (size_t i = 0; i < ELEMENTSOF(architectures); i++)
                if (string_equal(text, architectures[i].name)) {
                        *ret = architectures[i].number;
                        return 0;
                }
        if (parse_u64(text, UINT16_MAX, &number) < 0)
                return -EINVAL;
        *ret = (uint16_t) number;
        return 0;
}

static int parse_class(const Assignment *assignment, const char *value, char **ret) {
        char *copy;

        if (!*value || strlen(value) > CLASS_MAX)
                return assignment_refuse(
                        assignment, "a class is a text of 1 to %d bytes", CLASS_MAX);
        copy = strdup(value);
        if (!copy)
                return -ENOMEM;
        free(*ret);
        *ret = copy;
        return 0;
}

static int parse_condition(
        const Assignment *assignment, const char *name, const char *value, BootFile *file) {
        static const char *const names[] = {"Architecture", "VendorClass", "UserClass", NULL};
        char shown[QUOTE_MAX];
        const char *nearest;

        if (string_equal(name, "Architecture"))
                return parse_architecture(assignment, value, file);
        if (string_equal(name, "VendorClass"))
                return parse_class(assignment, value, &file->vendor_class);
        if (string_equal(name, "UserClass"))
                return parse_class(assignment, value, &file->user_class);

        nearest = suggest_nearest(name, names);
        if (nearest)
                return assignment_refuse(assignment, "unknown condition '%s='; did you mean %s=?",
                        quote(name, shown), nearest);
        return assignment_refuse(assignment,
                "unknown condition '%s='; there are Architecture=, VendorClass= and UserClass=",
                quote(name, shown));
}

/* Takes CONDITION=VALUE or CONDITION="VALUE WITH BLANKS" from the start of the text, where
 * something follows it; a last word is always the name, even one with a '='. Return: 1 with a
 * condition, 0 when there is none, -EINVAL, -ENOMEM. */
static int take_condition(
        const Assignment *assignment, char **text, char **ret_name, char **ret_value) {
        char *start = *text, *value, *end;
        size_t n = strspn(start, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (n == 0 || start[n] != '=')
                return 0;
        value = start + n + 1;
        if (*value == '"') {
                end = strchr(++value, '"');
                if (!end || (end[1] && end[1] != ' '))
                        return assignment_refuse(
                                assignment, "a quoted value ends with '\"' and a blank");
                *end++ = '\0';
        } else {
                end = value + strcspn(value, " ");
                if (!end[strspn(end, " ")])
                        return 0;
        }
        if (*end)
                *end++ = '\0';
        start[n] = '\0';
        *text = end + strspn(end, " ");
        *ret_name = start;
        *ret_value = value;
        return 1;
}

static int parse_boot_file(const Assignment *assignment, char *text, BootFile *file) {
        char *name = NULL, *value = NULL;
        int r;

        for (;;) {
                r = take_condition(assignment, &text, &name, &value);
                if (r <= 0)
                        break;
                r = parse_condition(assignment, name, value, file);
                if (r < 0)
                        return r;
        }
        if (r < 0)
                return r;
        if (!*text || strlen(text) > BOOT_FILENAME_MAX)
                return assignment_refuse(assignment,
                        "a file name of 1 to %d bytes must follow the conditions",
                        BOOT_FILENAME_MAX);
        file->name = strdup(text);
        return file->name ? 0 : -ENOMEM;
}

int setting_parse_boot_filename(const Assignment *assignment, void *target) {
        _cleanup_(boot_file_done) BootFile file = {0};
        _cleanup_free_ char *text = NULL;
        ReplySettings *reply = target;
        BootFile *grown;
        size_t place;
        int r;

        text = strdup(assignment->value);
        if (!text)
                return -ENOMEM;
        r = parse_boot_file(assignment, text, &file);
        if (r < 0)
                return r;

        for (size_t i = 0; i < reply->n_boot_files; i++)
                if (boot_files_compete(&reply->boot_files[i], &file)) {
                        boot_file_done(&reply->boot_files[i]);
                        reply->boot_files[i] = file;
                        file = (BootFile){0};
                        return 0;
                }

        if (reply->n_boot_files >= BOOT_FILES_MAX)
                return assignment_refuse(
                        assignment, "more than %d different conditions", BOOT_FILES_MAX);
        grown = reallocarray(reply->boot_files, reply->n_boot_files + 1, sizeof(*grown));
        if (!grown)
                return -ENOMEM;
        reply->boot_files = grown;
        place = reply->n_boot_files++;
        if (place > 0 && boot_file_is_for_all(&grown[place - 1])) {
                grown[place] = grown[place - 1];
                place--;
        }
        grown[place] = file;
        file = (BootFile){0};
        return 0;
}

void setting_reset_boot_filename(const SettingKey *key _unused_, void *target) {
        ReplySettings *reply = target;

        for (size_t i = 0; i < reply->n_boot_files; i++)
                boot_file_done(&reply->boot_files[i]);
        free(reply->boot_files);
        reply->boot_files = NULL;
        reply->n_boot_files = 0;
}

static void write_condition(Buffer *text, const char *name, const char *value) {
        const char *quote = strchr(value, ' ') ? "\"" : "";

        (void) buffer_printf(text, "%s=%s%s%s ", name, quote, value, quote);
}

static int format_boot_file(const BootFile *file, char **ret) {
        _cleanup_(buffer_done) Buffer text = BUFFER_INIT;

        if (file->architecture_name)
                write_condition(&text, "Architecture", file->architecture_name);
        else if (file->n_architectures > 0)
                (void) buffer_printf(&text, "Architecture=%u ", file->architectures[0]);
        if (file->vendor_class)
                write_condition(&text, "VendorClass", file->vendor_class);
        if (file->user_class)
                write_condition(&text, "UserClass", file->user_class);
        (void) buffer_append_string(&text, file->name);
        return buffer_take_string(&text, ret);
}

int setting_format_boot_filename(const SettingKey *key _unused_, const void *target, char ***ret) {
        const ReplySettings *reply = target;
        int r = 0;

        for (size_t i = 0; i < reply->n_boot_files && r >= 0; i++) {
                _cleanup_free_ char *text = NULL;

                r = format_boot_file(&reply->boot_files[i], &text);
                if (r >= 0)
                        r = strv_extend(ret, text);
        }
        return r;
}
