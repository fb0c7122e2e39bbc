/* A clock that is wrong, for whoever starts a process with LD_PRELOAD: CHAOS_CLOCK="<s>;<at>;<s>" is how far it is off, and
   from which moment of the monotonic clock on how far then. A path instead is a file of eight bytes that holds how far it is
   off: who writes there turns the clock of processes that live. Intervals are as long as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long off(void) {
    static long first, then;
    static double at = -1;
    static volatile long *file;
    struct timespec now;
    if (at < 0) {
        const char *told = getenv("CHAOS_CLOCK");
        at = 1e18;
        if (told && *told == '/') {
            int opened = open(told, O_RDONLY | O_CLOEXEC);
            void *mapped = opened < 0 ? MAP_FAILED : mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, opened, 0);
            if (mapped != MAP_FAILED) file = mapped;
            if (opened >= 0) close(opened);
        } else if (told) {
            sscanf(told, "%ld;%lf;%ld", &first, &at, &then);
        }
    }
    if (file) return *file;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9 >= at ? then : first;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int code = syscall(SYS_clock_gettime, clock, now);
    if (!code && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += off();
    return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec told;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &told);
    now->tv_sec = told.tv_sec;
    now->tv_usec = told.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec told;
    clock_gettime(CLOCK_REALTIME, &told);
    if (now) *now = told.tv_sec;
    return told.tv_sec;
}
