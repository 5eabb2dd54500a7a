/* window.c - see window.h. */
#include "ui/timeline/window.h"
#include "ui/host/files.h"
#include "ui/draw/raster.h"
#include "ui/run/exits.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/tip.h"
#include <SDL.h>
#include <string.h>

enum { FRAME_MS = 16, WAKE_MS = 40, LOOK_MS = 1000, IDLE_MS = 1000 };

struct window {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    struct raster *raster;
    struct app *app;
    uint32_t wake_event;
    SDL_atomic_t woken;         /* A wake is on its way or not yet drawn. */
    int width, height;          /* Pixels. */
    bool full_screen, swallow;  /* Swallow: the text of the key that opened a dialog. */
    uint64_t drawn_ms, look_ms; /* When it last drew, and looked at the file. */
    char looked[512];           /* At which file, and how it was. */
    int64_t changed;
    uint64_t bytes;
    char title[200];
};

/* ---- Life ------------------------------------------------------------------------------------ */

static bool measure(struct window *w)
{
    if (SDL_GetRendererOutputSize(w->renderer, &w->width, &w->height) != 0)
        return false;
    w->width = MAX_OF(w->width, 1);
    w->height = MAX_OF(w->height, 1);
    if (w->texture != NULL)
        SDL_DestroyTexture(w->texture);
    w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888,
                                   SDL_TEXTUREACCESS_STREAMING, w->width, w->height);
    if (w->raster == NULL)
        w->raster = raster_new(w->width, w->height);
    else
        raster_resize(w->raster, w->width, w->height);
    return w->texture != NULL;
}

/* SDL's last resorts show nothing to anybody; they are taken only by those who ask for them. */
static bool shows_nothing(void)
{
    static const char *const drivers[] = { "dummy", "offscreen", "evdev" };
    const char *driver = SDL_GetCurrentVideoDriver(), *asked = SDL_getenv("SDL_VIDEODRIVER");

    for (size_t i = 0; driver != NULL && i < ARRAY_LEN(drivers); i++)
        if (strcmp(driver, drivers[i]) == 0)
            return asked == NULL || strcmp(asked, driver) != 0;
    return false;
}

struct window *window_open(int width, int height, char *error, size_t error_size)
{
    struct window *w = SDL_calloc(1, sizeof *w);
    bool started;

    CHECK(w != NULL);
    SDL_SetHint(SDL_HINT_VIDEO_HIGHDPI_DISABLED, "0");
    started = SDL_Init(SDL_INIT_VIDEO) == 0;
    if (!started || shows_nothing()) {
        snprintf(error, error_size,
                 "there is no display to open a window on (%s); exifsim render makes pictures "
                 "without one",
                 started ? "SDL found none" : SDL_GetError());
        if (started)
            SDL_QuitSubSystem(SDL_INIT_VIDEO);
        SDL_free(w);
        return NULL;
    }
    SDL_EnableScreenSaver();
    w->window = SDL_CreateWindow("exifsim", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED, width,
                                 height, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (w->window != NULL) {
        w->renderer = SDL_CreateRenderer(w->window, -1, 0);
        if (w->renderer == NULL)
            w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    }
    w->wake_event = SDL_RegisterEvents(1);
    if (w->renderer == NULL || !measure(w)) {
        snprintf(error, error_size, "no window can be opened: %s", SDL_GetError());
        window_close(w);
        return NULL;
    }
    SDL_SetWindowMinimumSize(w->window, 480, 320);
    SDL_StartTextInput();
    return w;
}

void window_close(struct window *w)
{
    if (w == NULL)
        return;
    raster_free(w->raster);
    if (w->texture != NULL)
        SDL_DestroyTexture(w->texture);
    if (w->renderer != NULL)
        SDL_DestroyRenderer(w->renderer);
    if (w->window != NULL)
        SDL_DestroyWindow(w->window);
    SDL_free(w);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

double window_scale(const struct window *w)
{
    int width, height;

    SDL_GetWindowSize(w->window, &width, &height);
    return width > 0 ? (double)w->width / width : 1;
}

void window_size(const struct window *w, int *width, int *height)
{
    SDL_GetWindowSize(w->window, width, height);
}

/* One at a time lies in the queue, however often it is called. */
void window_wake(void *context)
{
    struct window *w = context;
    SDL_Event event = { .type = w->wake_event };

    if (SDL_AtomicCAS(&w->woken, 0, 1))
        SDL_PushEvent(&event);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static const struct {
    SDL_Scancode scancode;
    const char *name;
} keys[] = {
#define KEY(name, scancode, text) { SDL_SCANCODE_##scancode, name },
#include "ui/timeline/keyboard.def"
#undef KEY
};

static bool key_name(const SDL_Keysym *key, char out[KEY_CHARS])
{
    uint16_t mod = key->mod;
    bool keypad = key->scancode >= SDL_SCANCODE_KP_1 && key->scancode <= SDL_SCANCODE_KP_0;
    char digit[2] = { 0 };
    const char *name = NULL;

    if (keypad && (mod & KMOD_NUM)) {
        digit[0] = (char)('0' + (key->scancode - SDL_SCANCODE_KP_1 + 1) % 10);
        name = digit;
    }
    for (size_t i = 0; i < ARRAY_LEN(keys) && name == NULL; i++)
        if (keys[i].scancode == key->scancode)
            name = keys[i].name;
    if (name == NULL)
        return false;
    snprintf(out, KEY_CHARS, "%s%s%s%s", mod & (KMOD_CTRL | KMOD_GUI) ? "Ctrl+" : "",
             mod & KMOD_LALT ? "Alt+" : "", mod & KMOD_SHIFT ? "Shift+" : "", name);
    return true;
}

void window_copy(void *context, const char *text)
{
    (void)context;
    SDL_SetClipboardText(text);
}

/* The clipboard is the window's business. */
static bool clipboard_key(struct app *app, const char *key)
{
    char text[512];
    bool cut = strcmp(key, "Ctrl+X") == 0;

    if (app->dialog == NULL)
        return false;
    if (strcmp(key, "Ctrl+V") == 0) {
        char *held = SDL_GetClipboardText();

        app_text(app, held);
        SDL_free(held);
        return true;
    }
    if (!cut && strcmp(key, "Ctrl+C") != 0)
        return false;
    if (dialog_copy(app, cut, text, sizeof text))
        SDL_SetClipboardText(text);
    return true;
}

static void key_down(struct window *w, const SDL_Keysym *key)
{
    bool had_dialog = w->app->dialog != NULL;
    char name[KEY_CHARS];

    w->swallow = false;
    if (!key_name(key, name) || clipboard_key(w->app, name))
        return;
    app_key(w->app, name);
    w->swallow = !had_dialog && w->app->dialog != NULL;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static int modifiers(void)
{
    SDL_Keymod mod = SDL_GetModState();

    return (mod & KMOD_SHIFT ? MOD_SHIFT : 0) | (mod & (KMOD_CTRL | KMOD_GUI) ? MOD_CTRL : 0) |
           (mod & KMOD_ALT ? MOD_ALT : 0);
}

static int button_of(int sdl)
{
    return sdl == SDL_BUTTON_LEFT     ? BUTTON_LEFT
           : sdl == SDL_BUTTON_MIDDLE ? BUTTON_MIDDLE
                                      : BUTTON_RIGHT;
}

static int pixels(const struct window *w, int units) { return (int)(units * window_scale(w)); }

static void wheel(struct window *w, const SDL_MouseWheelEvent *event)
{
    int x, y, sign = event->direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;

    SDL_GetMouseState(&x, &y);
    app_wheel(w->app, pixels(w, x), pixels(w, y), event->x * sign, event->y * sign, modifiers());
}

static void window_event(struct window *w, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        measure(w);
        break;
    case SDL_WINDOWEVENT_LEAVE:
        app_move(w->app, -1, -1);
        break;
    default:
        break;
    }
    w->app->dirty = true;
}

static void pointer(struct window *w, const SDL_Event *event)
{
    struct app *app = w->app;

    if (event->type == SDL_MOUSEMOTION)
        app_move(app, pixels(w, event->motion.x), pixels(w, event->motion.y));
    else if (event->type == SDL_MOUSEWHEEL)
        wheel(w, &event->wheel);
    else if (event->type == SDL_MOUSEBUTTONDOWN)
        app_press(app, pixels(w, event->button.x), pixels(w, event->button.y),
                  button_of(event->button.button), modifiers(), event->button.clicks);
    else
        app_release(app, pixels(w, event->button.x), pixels(w, event->button.y),
                    button_of(event->button.button));
}

static void handle(struct window *w, SDL_Event *event)
{
    switch (event->type) {
    case SDL_QUIT:
        w->app->quit = true;
        break;
    case SDL_WINDOWEVENT:
        window_event(w, &event->window);
        break;
    case SDL_KEYDOWN:
        key_down(w, &event->key.keysym);
        break;
    case SDL_TEXTINPUT:
        if (!w->swallow)
            app_text(w->app, event->text.text);
        w->swallow = false;
        break;
    case SDL_MOUSEMOTION:
    case SDL_MOUSEWHEEL:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        pointer(w, event);
        break;
    case SDL_DROPFILE:
        app_open_any(w->app, event->drop.file);
        SDL_free(event->drop.file);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        measure(w);
        w->app->dirty = true;
        break;
    default:
        break;
    }
}

/* ---- What passes without events -------------------------------------------------------------- */

/* A scenario that was saved is read again. Not while somebody types into a dialog. */
static void look_at_file(struct window *w, uint64_t now)
{
    struct app *app = w->app;
    enum dialog_kind dialog = dialog_kind_of(app);
    bool another = strcmp(w->looked, app->wanted) != 0;
    struct file_look file;

    if ((!another && now - w->look_ms < LOOK_MS) || app->wanted[0] == 0 ||
        (dialog != DIALOG_KINDS && dialog != DIALOG_ERROR))
        return;
    w->look_ms = now;
    file = file_look(app->wanted);
    if (file.kind == FILE_ABSENT) /* Between the old one and the new one, perhaps. */
        return;
    if (!another && (file.written_ns != w->changed || file.bytes != w->bytes))
        dialog_reload(app);
    snprintf(w->looked, sizeof w->looked, "%s", app->wanted);
    w->changed = file.written_ns;
    w->bytes = file.bytes;
}

static void follow_full_screen(struct window *w)
{
    if (w->full_screen == w->app->looks.full_screen)
        return;
    w->full_screen = w->app->looks.full_screen;
    if (SDL_SetWindowFullscreen(w->window, w->full_screen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0) != 0)
        app_say(w->app, true, "no full screen here: %s", SDL_GetError());
    w->app->dirty = true;
}

static void follow_title(struct window *w)
{
    char title[200];

    if (w->app->pane_count > 0)
        snprintf(title, sizeof title, "%.150s - exifsim", w->app->panes[0].scenario->title);
    else
        snprintf(title, sizeof title, "exifsim");
    if (strcmp(title, w->title) == 0)
        return;
    memcpy(w->title, title, sizeof title);
    SDL_SetWindowTitle(w->window, title);
}

static void draw(struct window *w, uint64_t now)
{
    struct app *app = w->app;

    SDL_AtomicSet(&w->woken, 0);
    settings_follow(app->settings, app);
    app_frame(app, w->width, w->height);
    raster_draw(w->raster, app->list, app->fonts);
    SDL_UpdateTexture(w->texture, NULL, raster_pixels(w->raster), raster_pitch(w->raster));
    SDL_RenderCopy(w->renderer, w->texture, NULL, NULL);
    SDL_RenderPresent(w->renderer);
    follow_title(w);
    w->drawn_ms = now;
}

/* What can wait waits: a wake alone is worth a frame now and then only. */
static int patience(const struct window *w, uint64_t now, bool script)
{
    uint64_t due = w->drawn_ms + (w->app->play.on ? FRAME_MS : WAKE_MS);

    if (script || w->app->dirty)
        return 0;
    if (!w->app->play.on && !SDL_AtomicGet((SDL_atomic_t *)(uintptr_t)&w->woken)) {
        int tip = tip_due(w->app, now);

        return tip >= 0 ? MIN_OF(tip, (int)IDLE_MS) : IDLE_MS;
    }
    return due > now ? (int)(due - now) : 0;
}

static void script_resize(void *context, int width, int height)
{
    struct window *w = context;
    double scale = window_scale(w);

    SDL_SetWindowSize(w->window, (int)(width / scale), (int)(height / scale));
}

/* False: it has failed. */
static bool follow_script(struct window *w, struct script **script, struct script_host *host)
{
    enum script_state state;

    if (*script == NULL)
        return true;
    state = script_step(*script, w->app, host);
    w->app->dirty = true;
    if (state == SCRIPT_ENDED) {
        *script = NULL;
        w->app->dirty = !w->app->quit;
    }
    return state != SCRIPT_FAILED;
}

int window_run(struct window *w, struct app *app, struct script *script)
{
    struct script_host host = { w->width, w->height, 0, script_resize, w };
    struct script *running = script;
    SDL_Event event;

    w->app = app;
    while (!app->quit) {
        uint64_t now = SDL_GetTicks64();

        if (SDL_WaitEventTimeout(&event, patience(w, now, running != NULL)))
            do
                handle(w, &event);
            while (SDL_PollEvent(&event));
        now = SDL_GetTicks64();
        if (app->play.on && running == NULL)
            play_tick(app, now);
        if (running == NULL)
            tip_tick(app, now);
        if (running != NULL && app->width > 0 && !follow_script(w, &running, &host))
            return script_code(script);
        look_at_file(w, now);
        follow_full_screen(w);
        if (app->dirty || (SDL_AtomicGet(&w->woken) && now - w->drawn_ms >= WAKE_MS))
            draw(w, now);
    }
    return EXIT_MET;
}
