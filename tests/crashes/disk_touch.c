/* Preloaded into a writing process: counts what touches the disk, and at a chosen count
   kills the process (mode 1) or, from there on, says that the disk is full (mode 2). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, FULL };
static atomic_long touched;
static long chosen;
static int mode;

void disk_touch_arm(int wanted_mode, long at) {
    mode = wanted_mode;
    chosen = at;
    atomic_store(&touched, 0);
}

long disk_touch_count(void) { return atomic_load(&touched); }

static int refused(int frees_space) {
    long now = atomic_fetch_add(&touched, 1) + 1;
    if (mode == KILL && now == chosen) kill(getpid(), SIGKILL);
    if (mode == FULL && now >= chosen && !frees_space) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

static int is_file(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    if (is_file(fd) && refused(0)) return -1;
    return REAL(write)(fd, data, size);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (is_file(fd) && refused(0)) return -1;
    return REAL(writev)(fd, parts, count);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (refused(0)) return -1;
    return REAL(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (refused(0)) return -1;
    return REAL(pwrite64)(fd, data, size, at);
}
int ftruncate(int fd, off_t size) {
    if (refused(1)) return -1;
    return REAL(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    if (refused(1)) return -1;
    return REAL(ftruncate64)(fd, size);
}
int fsync(int fd) {
    if (refused(1)) return -1;
    return REAL(fsync)(fd);
}
int fdatasync(int fd) {
    if (refused(1)) return -1;
    return REAL(fdatasync)(fd);
}
int rename(const char *from, const char *to) {
    if (refused(0)) return -1;
    return REAL(rename)(from, to);
}
int unlink(const char *path) {
    if (refused(1)) return -1;
    return REAL(unlink)(path);
}
int unlinkat(int folder, const char *path, int flags) {
    if (refused(1)) return -1;
    return REAL(unlinkat)(folder, path, flags);
}
int mkdir(const char *path, mode_t rights) {
    if (refused(0)) return -1;
    return REAL(mkdir)(path, rights);
}
static int makes(int flags) { return (flags & O_CREAT) || (flags & O_TRUNC); }
#define RIGHTS                                                                  \
    va_list more;                                                               \
    va_start(more, flags);                                                      \
    mode_t rights = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
    va_end(more);
int open(const char *path, int flags, ...) {
    RIGHTS
    if (makes(flags) && refused(0)) return -1;
    return REAL(open)(path, flags, rights);
}
int open64(const char *path, int flags, ...) {
    RIGHTS
    if (makes(flags) && refused(0)) return -1;
    return REAL(open64)(path, flags, rights);
}
int openat(int folder, const char *path, int flags, ...) {
    RIGHTS
    if (makes(flags) && refused(0)) return -1;
    return REAL(openat)(folder, path, flags, rights);
}
int openat64(int folder, const char *path, int flags, ...) {
    RIGHTS
    if (makes(flags) && refused(0)) return -1;
    return REAL(openat64)(folder, path, flags, rights);
}
