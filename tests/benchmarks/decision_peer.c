/* The peer of the decision stage: from what a nation has on its desk to what it chooses, as sim/decision.py does it.

   The same operations in the same order on the same numbers, run by run side by side so that a compiler can use vectors.
   All arrays are row by row with the run axis last. Compile without contraction of a*b+c, which would round once less:

       cc -O3 -march=native -ffp-contract=off -fno-math-errno -shared -fPIC decision_peer.c -lm
*/

#include <math.h>
#include <stdint.h>
#include <string.h>

#define STRIP 128 /* runs at a time: what is worked on stays in the first-level cache */
#define ACTIONS 64
#define SLOTS 3

typedef struct {
    int64_t actions;
    const int64_t *effects, *tones, *seasons;  /* first of each action and one more, (actions + 1) */
    const int64_t *feature, *given, *target;   /* rows; given is -1 without a situation */
    const int64_t *situation, *parameter;      /* of seasons */
    const double *size, *tone, *rate, *prior;
    const int64_t *slots;                      /* first action of each slot and one more */
} Menu;

typedef struct {
    const double *values, *inclination, *answer, *situations, *parameters;
    const double *neutral_first, *neutral_second;
    const double *level, *sharpness, *routine, *luck;
    const uint8_t *offered;
    double spread;
} Desk;

static void add_scaled(double *restrict sum, const double *restrict row, double size, int64_t n) {
    for (int64_t i = 0; i < n; i++) sum[i] += row[i] * size;
}

static void add_scaled_given(double *restrict sum, const double *restrict row, double size,
                             const double *restrict given, int64_t n) {
    for (int64_t i = 0; i < n; i++) sum[i] += row[i] * size * given[i];
}

/* Score of one action with its luck, for n runs that begin with run `at` of `runs`. */
static void score(const Menu *menu, const Desk *desk, int64_t action, int64_t at, int64_t n, int64_t runs,
                  double *restrict result) {
    double first[STRIP] = {0}, second[STRIP];
    for (int64_t e = menu->effects[action]; e < menu->effects[action + 1]; e++) {
        const double *row = desk->values + menu->feature[e] * runs + at;
        if (menu->given[e] < 0)
            add_scaled(first, row, menu->size[e], n);
        else
            add_scaled_given(first, row, menu->size[e], desk->situations + menu->given[e] * runs + at, n);
    }
    for (int64_t t = menu->tones[action]; t < menu->tones[action + 1]; t++)
        add_scaled(first, desk->inclination + menu->target[t] * runs + at, menu->tone[t], n);
    memcpy(second, first, sizeof second);
    for (int64_t t = menu->tones[action]; t < menu->tones[action + 1]; t++)
        add_scaled(second, desk->answer + menu->target[t] * runs + at, menu->tone[t], n);
    const double *usual_first = desk->neutral_first + action * runs + at;
    const double *usual_second = desk->neutral_second + action * runs + at;
    const double *level = desk->level + at, *sharpness = desk->sharpness + at;
    const double *routine = desk->routine + action * runs + at, *luck = desk->luck + action * runs + at;
    const uint8_t *offered = desk->offered + action * runs + at;
    for (int64_t i = 0; i < n; i++) {
        double direct = (first[i] - usual_first[i]) / desk->spread;
        double replies = (second[i] - usual_second[i]) / desk->spread;
        result[i] = (level[i] == 1 ? direct : replies) * sharpness[i];
    }
    for (int64_t i = 0; i < n; i++)
        if (level[i] == 0) result[i] = log((routine[i] > 1e-4 ? routine[i] : 1e-4) / menu->rate[action]);
    for (int64_t i = 0; i < n; i++) result[i] += menu->prior[action];
    for (int64_t s = menu->seasons[action]; s < menu->seasons[action + 1]; s++) {
        const double *situation = desk->situations + menu->situation[s] * runs + at;
        const double *parameter = desk->parameters + menu->parameter[s] * runs + at;
        for (int64_t i = 0; i < n; i++) result[i] += situation[i] * parameter[i];
    }
    for (int64_t i = 0; i < n; i++) result[i] = offered[i] ? result[i] + luck[i] : -INFINITY;
}

/* 1 where an action is the best of its slot and its slot is not the poorest, else 0; (actions, runs). */
void decide(const Menu *menu, const Desk *desk, int64_t runs, double *restrict chosen) {
    static double lucky[ACTIONS][STRIP];
    for (int64_t at = 0; at < runs; at += STRIP) {
        int64_t n = runs - at < STRIP ? runs - at : STRIP;
        double best[SLOTS][STRIP], winner[SLOTS][STRIP], poorest[STRIP];
        for (int64_t action = 0; action < menu->actions; action++) score(menu, desk, action, at, n, runs, lucky[action]);
        for (int64_t slot = 0; slot < SLOTS; slot++) {
            for (int64_t i = 0; i < n; i++) best[slot][i] = -INFINITY, winner[slot][i] = (double)menu->slots[slot];
            for (int64_t action = menu->slots[slot]; action < menu->slots[slot + 1]; action++)
                for (int64_t i = 0; i < n; i++) {
                    int better = lucky[action][i] > best[slot][i];
                    winner[slot][i] = better ? (double)action : winner[slot][i];
                    best[slot][i] = better ? lucky[action][i] : best[slot][i];
                }
        }
        for (int64_t i = 0; i < n; i++) {
            poorest[i] = best[1][i] < best[0][i] ? 1 : 0;
            poorest[i] = best[2][i] < (best[1][i] < best[0][i] ? best[1][i] : best[0][i]) ? 2 : poorest[i];
        }
        for (int64_t slot = 0; slot < SLOTS; slot++)
            for (int64_t action = menu->slots[slot]; action < menu->slots[slot + 1]; action++)
                for (int64_t i = 0; i < n; i++)
                    chosen[action * runs + at + i] = winner[slot][i] == (double)action && poorest[i] != (double)slot;
    }
}
