"""All settings. They come from the environment only; ``docs/reference/settings.md`` lists every name."""

from __future__ import annotations

from pathlib import Path

from parcours.web.environment import Environment
from parcours.web.home import SECRET_FILE, data_folder, secret_key

env = Environment()

# -- where things are -----------------------------------------------------------------------------------------------
PARCOURS_HOME: Path = env.folder("HOME", data_folder())
PARCOURS_URL: str = env.address("URL", "http://127.0.0.1:8000")
PARCOURS_MAX_UPLOAD_BYTES: int = env.whole("MAX_UPLOAD_MB", 4096, least=1) * 1_000_000
PARCOURS_ALLOW_SIGN_UP: bool = env.flag("ALLOW_SIGN_UP", False)
PARCOURS_METRICS_TOKEN: str = env.text("METRICS_TOKEN")
BASE = Path(__file__).resolve().parents[1]

# -- Django ---------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
PARCOURS_SECRET_IS_NEW = not env.text("SECRET_KEY") and not (PARCOURS_HOME / SECRET_FILE).is_file()
SECRET_KEY = env.text("SECRET_KEY") or secret_key(PARCOURS_HOME)
_HTTPS = PARCOURS_URL.startswith("https://")
_HOST = PARCOURS_URL.split("://")[-1].split("/")[0]
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS"), _HOST.rsplit(":", 1)[0], "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PARCOURS_URL]
ROOT_URLCONF = "parcours.web.urls"
ASGI_APPLICATION = "parcours.web.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Before allauth, whose templates ours replace.
    "parcours.accounts",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "parcours.ui",
    "parcours.eventlog",
    "parcours.journeymap",
    "parcours.web",
]

MIDDLEWARE = [
    "parcours.web.requests.RequestLog",
    "parcours.web.compression.Compress",
    "django.middleware.security.SecurityMiddleware",
    # While developing it finds the files in the packages; gathered ones never come to Django (web/asgi.py).
    *(["whitenoise.middleware.WhiteNoiseMiddleware"] if DEBUG else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parcours.accounts.middleware.LeaveNothingBehind",
    "parcours.accounts.middleware.EndOldSessions",
    "parcours.accounts.middleware.RenewSessions",
    "parcours.accounts.middleware.SpeakToTheReader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "parcours.journeymap.middleware.AskToComeBack",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "parcours.ui.context.shell",
                "parcours.accounts.context.workspace",
            ],
            "builtins": ["parcours.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "parcours.ui.forms.Renderer"

# -- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", PARCOURS_HOME / "parcours.sqlite3")}
# Counts of tries live here. Above the most, Django throws live entries away; the worker removes the expired ones.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000

# -- languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.choice("DEFAULT_LANGUAGE", "fr", ("fr", "en"))
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE / "language" / "locale"]
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "Europe/Paris")
LANGUAGE_COOKIE_NAME = "__Host-language" if _HTTPS else "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# -- files of the pages ---------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PARCOURS_HOME / "static"
STATICFILES_DIRS = [("fonts", BASE / "picture" / "fonts")]
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- who may come in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "parcours.accounts.passwords.HardToGuess"}]
ACCOUNT_ADAPTER = "parcours.accounts.adapter.Adapter"
MFA_ADAPTER = "parcours.accounts.adapter.SecondFactor"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# With "optional" a sign-up would tell whether an address has an account. Invited people are confirmed already.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    # An account is closed to passwords for five minutes after five failures; links and passkeys still open it.
    # django-allauth counts an attempt when it begins and takes it back when the password was right: guesses that come
    # all at once are held as well, and who types the right one is never counted.
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "10/m/ip",
    "reset_password": "10/m/ip",
    "magic_link": "20/5m/ip",
    # For an address and who asks, then for the address whoever asks: over it the answer is the usual one, and nothing
    # is sent (accounts/limits.py).
    "message_asked_for": "3/5m/key",
    "messages_to_address": "10/15m/key",
    # For who invites, then for who is invited, by whomever.
    "invite": "60/h/user,10/h/key",
    "first": "10/m/ip",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parcours"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
MFA_RECOVERY_CODE_COUNT = 10
MFA_FORMS = {
    "add_webauthn": "parcours.accounts.key_forms.AddPasskeyForm",
    "edit_webauthn": "parcours.accounts.key_forms.RenamePasskeyForm",
}
MFA_TOTP_TOLERANCE = 0
USERSESSIONS_TRACK_ACTIVITY = True
# Behind our own proxy the last address of X-Forwarded-For is the visitor's; without one the header is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0

SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 86_400
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# -- mail -----------------------------------------------------------------------------------------------------------
_mail = env.mail("SMTP_URL")
PARCOURS_HAS_MAIL: bool = _mail is not None
EMAIL_BACKEND = "parcours.accounts.mail.Backend"
globals().update(_mail or {})
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", f"Parcours <parcours@{_HOST.rsplit(':', 1)[0]}>")

# -- logs -----------------------------------------------------------------------------------------------------------
PARCOURS_LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))
PARCOURS_LOG_LEVEL = env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error"))
LOGGING_CONFIG = "parcours.web.logs.configure"
LOGGING = {"format": PARCOURS_LOG_FORMAT, "level": PARCOURS_LOG_LEVEL}
PARCOURS_UNKNOWN_SETTINGS = env.unknown()
