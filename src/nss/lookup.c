/* SPDX-License-Identifier: MIT */

/* Bisection by pread(): a mapping would end the process when somebody makes the file shorter. The
 * file is replaced as a whole by its writer, so that an open one stays as it is; a line without an
 * end, which somebody else's program may have left, is not there. */

#include "lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

enum {
        NEAR = 2 * LOOKUP_LINE_SIZE, /* so much is searched line by line */
        LINES_MAX = 4096,            /* of those; in a file of ours there are a few */
};

/* What is looked for: a name, or an address. */
typedef struct Key {
        const char *name; /* NULL = an address */
        uint32_t address;
} Key;

typedef struct Lines {
        int fd;
        off_t size;
} Lines;

const char *lookup_parse_address(const char *text, uint32_t *ret) {
        uint32_t address = 0;

        for (unsigned i = 0; i < 4; i++) {
                uint32_t number = 0;
                unsigned n = 0;

                for (; *text >= '0' && *text <= '9' && n < 3; text++, n++)
                        number = 10 * number + (uint32_t) (*text - '0');
                if (n == 0 || number > 255 || (i < 3 && *text++ != '.'))
                        return NULL;
                address = address << 8 | number;
        }
        if (*text != ' ' && *text != '\0')
                return NULL;
        *ret = address;
        return text;
}

int lookup_canonicalize(const char *name, char ret[static LOOKUP_NAME_SIZE]) {
        size_t size = strnlen(name, LOOKUP_NAME_SIZE + 1);

        if (size > 0 && name[size - 1] == '.')
                size--;
        if (size == 0 || size >= LOOKUP_NAME_SIZE)
                return -EINVAL;
        for (size_t i = 0; i < size; i++) {
                const char c = name[i];

                if (c <= ' ' || c == '#' || c == '\x7f')
                        return -EINVAL;
                ret[i] = (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
        ret[size] = '\0';
        return 0;
}

static ssize_t read_at(const Lines *lines, off_t offset, char *ret, size_t size) {
        ssize_t n;

        do
                n = pread(lines->fd, ret, size, offset);
        while (n < 0 && errno == EINTR);
        return n < 0 ? -errno : n;
}

/* Where the first line begins that begins after an offset, if there is an end of a line.
 * Return: 1; 0 when there is none; negative errno. */
static int find_next(const Lines *lines, off_t offset, off_t *ret) {
        char chunk[LOOKUP_LINE_SIZE];
        ssize_t n;

        for (; (n = read_at(lines, offset, chunk, sizeof(chunk))) > 0; offset += n) {
                const char *end = memchr(chunk, '\n', (size_t) n);

                if (!end)
                        continue;
                *ret = offset + (end - chunk) + 1;
                return 1;
        }
        return (int) n;
}

/* The line at an offset, and where the next one begins. Return: likewise. */
static int read_line(
        const Lines *lines, off_t offset, char ret[static LOOKUP_LINE_SIZE], off_t *ret_next) {
        const ssize_t n = read_at(lines, offset, ret, LOOKUP_LINE_SIZE - 1);
        char *end;

        if (n <= 0)
                return (int) n;
        end = memchr(ret, '\n', (size_t) n);
        if (!end) {
                /* half a name is none */
                ret[n] = '\0';
                end = strrchr(ret, ' ');
                if (end)
                        *end = '\0';
                return find_next(lines, offset + n, ret_next);
        }
        *end = '\0';
        *ret_next = offset + (end - ret) + 1;
        return 1;
}

/* Comments are before everything. */
static int compare(const char *line, const Key *key) {
        const size_t size = strcspn(line, " ");
        uint32_t address;
        int r;

        if (key->name) {
                r = strncmp(line, key->name, size);
                return r != 0 ? r : key->name[size] == '\0' ? 0 : -1;
        }
        if (!lookup_parse_address(line, &address))
                return -1;
        return address < key->address ? -1 : address > key->address;
}

/* An offset of a line that is not after the one that is looked for, and near to it. */
static int bisect(const Lines *lines, const Key *key, off_t *ret) {
        off_t first = 0, end = lines->size;

        while (end - first > NEAR) {
                const off_t middle = first + (end - first) / 2;
                char line[LOOKUP_LINE_SIZE];
                off_t start, next;
                int r;

                r = find_next(lines, middle, &start);
                if (r > 0)
                        r = start < end ? read_line(lines, start, line, &next) : 0;
                if (r < 0)
                        return r;
                if (r > 0 && compare(line, key) <= 0)
                        first = start;
                else
                        end = middle;
        }
        *ret = first;
        return 0;
}

static int search(const Lines *lines, const Key *key, char ret[static LOOKUP_LINE_SIZE]) {
        off_t offset, next;
        int r;

        r = bisect(lines, key, &offset);
        if (r < 0)
                return r;
        for (unsigned i = 0; i < LINES_MAX; i++, offset = next) {
                r = read_line(lines, offset, ret, &next);
                if (r <= 0)
                        return r;
                r = compare(ret, key);
                if (r >= 0)
                        return r == 0;
        }
        return 0;
}

static int look_up(const char *path, const Key *key, char ret[static LOOKUP_LINE_SIZE]) {
        Lines lines = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
        struct stat st;
        int r;

        if (lines.fd < 0)
                return -errno;
        if (fstat(lines.fd, &st) < 0)
                r = -errno;
        else if (!S_ISREG(st.st_mode))
                r = -EBADF;
        else {
                lines.size = st.st_size;
                r = search(&lines, key, ret);
        }
        (void) close(lines.fd);
        return r;
}

int lookup_name(const char *path, const char *name, char ret[static LOOKUP_LINE_SIZE]) {
        const Key key = {.name = name};

        return look_up(path, &key, ret);
}

int lookup_address(const char *path, uint32_t address, char ret[static LOOKUP_LINE_SIZE]) {
        const Key key = {.address = address};

        return look_up(path, &key, ret);
}
