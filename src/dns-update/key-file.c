/* SPDX-License-Identifier: MIT */
/* The reader of key files. It knows one statement, key, and refuses every other one: a file that
 * holds more is not meant for us. Words may hold the secret, so that problems show names alone. */

#include <errno.h>
#include <string.h>

#include "basic/text.h"
#include "dns-update/key.h"

enum {
        WORD_MAX = 256,
};

typedef enum WordType {
        WORD_END,
        WORD_MARK, /* { } or ; */
        WORD_TEXT, /* with or without quotes */
        WORD_BAD,
} WordType;

typedef struct KeyReader {
        const char *file;
        const char *position;
        const char *end;
        unsigned line;
        Problems *problems;
        WordType type; /* of the word in hand */
        unsigned word_line;
        char word[WORD_MAX];
} KeyReader;

static int refuse(const KeyReader *reader, const char *what) {
        (void) problems_add(reader->problems, false, reader->file, reader->word_line, "%s", what);
        return -EINVAL;
}

static bool is_at(const KeyReader *reader, const char *text) {
        const size_t size = strlen(text);

        return (size_t) (reader->end - reader->position) >= size &&
               memcmp(reader->position, text, size) == 0;
}

static void skip_to(KeyReader *reader, const char *text) {
        while (reader->position < reader->end && !is_at(reader, text))
                if (*reader->position++ == '\n')
                        reader->line++;
}

static void skip_blanks(KeyReader *reader) {
        while (reader->position < reader->end) {
                if (*reader->position == '#' || is_at(reader, "//")) {
                        skip_to(reader, "\n");
                } else if (is_at(reader, "/*")) {
                        skip_to(reader, "*/");
                        if (reader->position < reader->end)
                                reader->position += 2;
                } else if (strchr(" \t\r\n", *reader->position) && *reader->position) {
                        if (*reader->position++ == '\n')
                                reader->line++;
                } else {
                        return;
                }
        }
}

static bool ends_word(const KeyReader *reader, bool quoted) {
        if (quoted)
                return *reader->position == '"' || *reader->position == '\n';
        return !*reader->position || strchr(" \t\r\n{};\"#", *reader->position);
}

static void next_word(KeyReader *reader) {
        bool quoted;
        size_t size = 0;

        skip_blanks(reader);
        reader->word_line = reader->line;
        reader->type = WORD_END;
        reader->word[0] = '\0';
        if (reader->position == reader->end)
                return;
        if (*reader->position && strchr("{};", *reader->position)) {
                reader->type = WORD_MARK;
                reader->word[0] = *reader->position++;
                reader->word[1] = '\0';
                return;
        }
        reader->type = WORD_TEXT;
        quoted = *reader->position == '"';
        if (quoted)
                reader->position++;
        for (; reader->position < reader->end && !ends_word(reader, quoted); reader->position++) {
                if (size + 1 == WORD_MAX || !*reader->position)
                        reader->type = WORD_BAD;
                else
                        reader->word[size++] = *reader->position;
        }
        reader->word[size] = '\0';
        if (reader->position < reader->end && !*reader->position) {
                reader->type = WORD_BAD;
                reader->position = reader->end;
        }
        if (!quoted)
                return;
        if (reader->position < reader->end && *reader->position == '"')
                reader->position++;
        else
                reader->type = WORD_BAD;
}

static int expect_mark(KeyReader *reader, const char *mark, const char *what) {
        next_word(reader);
        if (reader->type != WORD_MARK || !string_equal(reader->word, mark))
                return refuse(reader, what);
        return 0;
}

static int take_name(KeyReader *reader, DnsKey *key) {
        next_word(reader);
        if (reader->type != WORD_TEXT || dns_name_parse(reader->word, key->name) < 0)
                return refuse(reader, "the name of the key is expected here, such as key \"dhcp\"");
        return expect_mark(reader, "{", "'{' is expected after the name of the key");
}

static int take_algorithm(KeyReader *reader, DnsKey *key) {
        next_word(reader);
        key->algorithm = DNS_KEY_ALGORITHM_INVALID;
        if (reader->type == WORD_TEXT)
                key->algorithm = dns_key_algorithm_from_string(reader->word);
        if (key->algorithm == DNS_KEY_ALGORITHM_INVALID)
                return refuse(reader, "the algorithm is not known; write hmac-sha256 or "
                                      "hmac-sha512, for which tsig-keygen and keymgr make keys");
        return 0;
}

static int base64_digit(char c) {
        static const char digits[] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const char *digit = c ? strchr(digits, c) : NULL;

        return digit ? (int) (digit - digits) : -1;
}

/* RFC 4648 4. Return: the number of bytes, -EINVAL when it is none or more than @capacity. */
static int decode_base64(const char *text, uint8_t *ret, size_t capacity) {
        const size_t size = strcspn(text, "=");
        uint32_t bits = 0;
        size_t n = 0;

        if (strlen(text) % 4 != 0 || size % 4 == 1 || strlen(text + size) > 2 ||
                strspn(text + size, "=") != strlen(text + size))
                return -EINVAL;
        for (size_t i = 0; i < size; i++) {
                const int digit = base64_digit(text[i]);

                if (digit < 0)
                        return -EINVAL;
                bits = bits << 6 | (uint32_t) digit;
                if (i % 4 == 0)
                        continue;
                if (n == capacity)
                        return -EINVAL;
                ret[n++] = (uint8_t) (bits >> (6 - 2 * (i % 4)));
        }
        return n > 0 ? (int) n : -EINVAL;
}

static int take_secret(KeyReader *reader, DnsKey *key) {
        int size = -1;

        next_word(reader);
        if (reader->type == WORD_TEXT && *reader->word)
                size = decode_base64(reader->word, key->secret, sizeof(key->secret));
        explicit_bzero(reader->word, sizeof(reader->word));
        if (size <= 0)
                return refuse(reader, "the secret is not base64 of 1 to 128 bytes");
        key->secret_size = (size_t) size;
        return 0;
}

/* Takes what is in the braces. */
static int take_body(KeyReader *reader, DnsKey *key) {
        int r;

        key->algorithm = DNS_KEY_ALGORITHM_INVALID;
        for (;;) {
                next_word(reader);
                if (reader->type == WORD_MARK && string_equal(reader->word, "}"))
                        break;
                if (reader->type == WORD_TEXT && string_equal(reader->word, "algorithm"))
                        r = take_algorithm(reader, key);
                else if (reader->type == WORD_TEXT && string_equal(reader->word, "secret"))
                        r = take_secret(reader, key);
                else
                        r = refuse(reader, "'algorithm', 'secret' or '}' is expected here");
                if (r < 0)
                        return r;
                r = expect_mark(reader, ";", "';' is expected after the value");
                if (r < 0)
                        return r;
        }
        if (key->algorithm == DNS_KEY_ALGORITHM_INVALID)
                return refuse(reader, "the key has no algorithm");
        if (key->secret_size == 0)
                return refuse(reader, "the key has no secret");
        return expect_mark(reader, ";", "';' is expected after '}'");
}

/* Return: 1 with a key, 0 at the end, -EINVAL, -ENOMEM. */
static int take_key(KeyReader *reader, DnsKey **ret) {
        _cleanup_(dns_key_freep) DnsKey *key = NULL;
        int r;

        next_word(reader);
        if (reader->type == WORD_END)
                return 0;
        if (reader->type != WORD_TEXT || !string_equal(reader->word, "key"))
                return refuse(reader, "key \"NAME\" { … }; is expected here, and nothing else");
        key = calloc(1, sizeof(*key));
        if (!key)
                return -ENOMEM;
        r = take_name(reader, key);
        if (r >= 0)
                r = take_body(reader, key);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(key);
        return 1;
}

int dns_key_parse(const char *file, const char *text, size_t size, const char *wanted,
        Problems *problems, DnsKey **ret) {
        KeyReader reader = {.file = file,
                .position = text,
                .end = text + size,
                .line = 1,
                .problems = problems};
        _cleanup_(dns_key_freep) DnsKey *found = NULL;
        int r;

        for (;;) {
                _cleanup_(dns_key_freep) DnsKey *key = NULL;

                r = take_key(&reader, &key);
                if (r <= 0)
                        break;
                if (wanted && !string_equal(wanted, key->name))
                        continue;
                if (found) {
                        r = refuse(&reader, wanted ? "the key is there twice"
                                                   : "there are several keys; Key= says which");
                        break;
                }
                found = TAKE_PTR(key);
        }
        explicit_bzero(reader.word, sizeof(reader.word));
        if (r < 0)
                return r;
        if (!found) {
                (void) problems_add(problems, false, file, 0, "there is no key%s%s in it",
                        wanted ? " " : "", wanted ? wanted : "");
                return -EINVAL;
        }
        *ret = TAKE_PTR(found);
        return 0;
}
