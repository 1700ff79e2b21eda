import {
  Many2ManyBinaryField,
  many2ManyBinaryField,
} from "@web/views/fields/many2many_binary/many2many_binary_field";
import {FileInput} from "@web/core/file_input/file_input";
import {registry} from "@web/core/registry";

/** One tap opens the camera of a telephone; elsewhere it is an ordinary choice of files. */
export class CameraInput extends FileInput {
  static template = "key_account.CameraInput";
}

/** Photos of a visit, seen as small pictures: from the camera, or from files. */
export class PhotosField extends Many2ManyBinaryField {
  static template = "key_account.PhotosField";
  static components = {...Many2ManyBinaryField.components, CameraInput};
}

export const photosField = {...many2ManyBinaryField, component: PhotosField};

registry.category("fields").add("key_account_photos", photosField);
